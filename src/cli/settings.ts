import { availableParallelism, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { cosmiconfig } from 'cosmiconfig';
import { Check, Errors } from 'typebox/value';
import { UserError } from '../core/errors.js';
import { partialSchema, type PartialSettings, type Settings, settingsSchema } from './settings-schema.js';

export type { Settings } from './settings-schema.js';

const GIGABYTE = 2 ** 30;

function defaults(): Settings {
  return {
    engine: 'ort',
    threads: availableParallelism(),
    runs: 'runs',
    data: 'data',
    // A quarter of the memory: weights and activations need the rest.
    cache: Math.min(4, totalmem() / GIGABYTE / 4),
    disk_cache: 2,
    prefetch: 4,
    bad_files: 0.05,
    tracking: 'auto',
  };
}

function fromEnvironment(env: NodeJS.ProcessEnv): PartialSettings {
  const text = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const settings: Record<string, unknown> = {};
  for (const key of Object.keys(settingsSchema.properties)) {
    const value = text(`GAN_${key.toUpperCase()}`);
    if (value === undefined) continue;
    settings[key] = ofType(settingsSchema.properties[key as keyof Settings], value);
  }
  // The variables of MLflow's own tools count, too; gan's own settings win.
  const uri = text('MLFLOW_TRACKING_URI');
  const experiment = text('MLFLOW_EXPERIMENT_NAME');
  return validated(
    {
      ...(uri === undefined ? {} : { tracking_uri: uri }),
      ...(experiment === undefined ? {} : { experiment }),
      ...settings,
    },
    'environment variables GAN_*',
  );
}

function ofType(schema: object, value: string): unknown {
  const type = 'type' in schema ? schema.type : undefined;
  if (type === 'number' || type === 'integer') return Number(value);
  if (type === 'array') return value.split(',').map((part) => part.trim());
  if (type === 'boolean') return { true: true, false: false, 1: true, 0: false }[value] ?? value;
  return value;
}

function validated(value: unknown, where: string): PartialSettings {
  if (Check(partialSchema, value)) return value;
  const [first] = Errors(partialSchema, value);
  const at = first?.instancePath.slice(1).replaceAll('/', '.') ?? '';
  const names = Object.keys(settingsSchema.properties).join(', ');
  throw new UserError(
    `Settings in ${where}: ${at === '' ? '' : `"${at}" `}${first?.message ?? 'are not readable'}.`,
    {
      exitCode: 2,
      remedy: `Settings are: ${names}.`,
    },
  );
}

/** From flags, then GAN_* variables, then the nearest `.ganrc.yaml`, `gan.config.*` or `package.json#gan`, then defaults. */
export async function loadSettings(flags: PartialSettings, cwd = process.cwd()): Promise<Settings> {
  const found = await cosmiconfig('gan', { searchStrategy: 'project' }).search(cwd);
  const file: PartialSettings = found && !found.isEmpty ? { ...validated(found.config, found.filepath) } : {};
  // Paths in a settings file are relative to it; on the command line, to the current folder.
  for (const key of ['runs', 'data', 'tracking_ca', 'tracking_client_cert'] as const) {
    if (file[key] !== undefined && found) file[key] = resolve(dirname(found.filepath), file[key]);
  }
  if (file.plugins && found)
    file.plugins = file.plugins.map((each) => resolve(dirname(found.filepath), each));
  return { ...defaults(), ...file, ...fromEnvironment(process.env), ...validated(flags, 'the command line') };
}
