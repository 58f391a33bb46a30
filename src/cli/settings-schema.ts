import { type Static, Type } from 'typebox';

/** What belongs to a machine or a person and never to a recipe. */
export const settingsSchema = Type.Object(
  {
    engine: Type.String({
      description: 'Engine that computes: `gan engine list` shows them. Default: ort.',
      examples: ['ort'],
    }),
    device: Type.Optional(
      Type.String({
        description:
          "What the engine computes on, where it leaves a choice. Default: the engine's own, for ort the processor.",
        examples: ['cpu', 'webgpu'],
      }),
    ),
    threads: Type.Integer({
      minimum: 1,
      description: 'Threads that compute one operation, and that decode images. Default: all cores.',
      examples: [4],
    }),
    runs: Type.String({
      description: 'Folder that runs go to, beside this file. Default: runs.',
      examples: ['runs', '/scratch/runs'],
    }),
    data: Type.String({
      description: 'Folder that bare names of `path` are looked up in, beside this file. Default: data.',
      examples: ['data', '/datasets'],
    }),
    cache: Type.Number({
      minimum: 0,
      description: 'GiB of memory for decoded images. Default: a quarter of the memory, at most 4.',
      examples: [8],
    }),
    disk_cache: Type.Number({
      minimum: 0,
      description:
        "GiB of disk, in the user's cache folder, for decoded images that later runs find there. 0: none. Default: 2.",
      examples: [10],
    }),
    prefetch: Type.Integer({
      minimum: 1,
      description: 'Batches read ahead of the training step. Default: 4.',
      examples: [4],
    }),
    bad_files: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Share of unreadable files that is skipped with a warning. Default: 0.05.',
      examples: [0.05],
    }),
    plugins: Type.Optional(
      Type.Array(Type.String(), {
        description:
          'Files with definitions of your own, beside this file: .ts, .js or .mjs. Default: none. See docs/plugins.md.',
        examples: [['./my-losses.ts']],
      }),
    ),
    tracking: Type.Enum(['auto', 'offline', 'off'], {
      description:
        'auto: sent to MLflow while it trains, where there is a tracking_uri; offline: `gan sync` sends it; off. Default: auto.',
      examples: ['offline'],
    }),
    tracking_uri: Type.Optional(
      Type.String({
        description: 'Address of an MLflow server. Default: MLFLOW_TRACKING_URI.',
        examples: ['http://127.0.0.1:5000'],
      }),
    ),
    experiment: Type.Optional(
      Type.String({
        description: 'Experiment of MLflow that runs go to. Default: the name of the recipe.',
        examples: ['maps'],
      }),
    ),
    register: Type.Optional(
      Type.String({
        description: 'Model of MLflow that the generator of a finished run becomes a version of.',
        examples: ['maps-generator'],
      }),
    ),
    tracking_ca: Type.Optional(
      Type.String({
        description:
          'PEM file of certificates to trust, beside this file. Default: MLFLOW_TRACKING_SERVER_CERT_PATH.',
        examples: ['ca.pem'],
      }),
    ),
    tracking_client_cert: Type.Optional(
      Type.String({
        description:
          'PEM file with a certificate and its key, beside this file. Default: MLFLOW_TRACKING_CLIENT_CERT_PATH.',
        examples: ['me.pem'],
      }),
    ),
    tracking_insecure: Type.Optional(
      Type.Boolean({
        description: 'Takes any certificate. Default: MLFLOW_TRACKING_INSECURE_TLS.',
        examples: [false],
      }),
    ),
  },
  { additionalProperties: false },
);

/** A file, the environment or flags set only some of them. */
export const partialSchema = Type.Partial(settingsSchema, { additionalProperties: false });

export type Settings = Readonly<Static<typeof settingsSchema>>;
export type PartialSettings = Static<typeof partialSchema>;

/** `schemas/settings.schema.json`, by which editors complete `.ganrc.yaml`. */
export function settingsSchemaFile(): string {
  const properties = Object.entries(partialSchema.properties).map(([key, value]) => [
    key,
    { title: key.replaceAll('_', ' '), ...value },
  ]);
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Settings of gan',
    description: 'What belongs to a machine or a person, and never to a recipe.',
    type: 'object',
    properties: Object.fromEntries(properties) as object,
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
