import { Type, type Static } from 'typebox';

/** One point of a curve. NaN and infinities are allowed. */
export interface Metric {
  readonly key: string;
  readonly value: number;
  /** Milliseconds since 1970; an integer. */
  readonly timestamp: number;
  readonly step: number;
}

export interface Param {
  readonly key: string;
  readonly value: string;
}

export type Tag = Param;

/** What a run that is open or closed may be; the server takes any other text and changes nothing. */
export type RunStatus = 'RUNNING' | 'FINISHED' | 'FAILED' | 'KILLED';

/** A data set that a run was given. */
export interface DatasetInput {
  readonly name: string;
  /** At most 36 characters. */
  readonly digest: string;
  readonly sourceType: string;
  readonly source: string;
  readonly profile?: string;
  readonly context: string;
}

export const experimentSchema = Type.Object({
  experiment_id: Type.String(),
  name: Type.String(),
  lifecycle_stage: Type.String(),
});
const metricSchema = Type.Object({
  key: Type.String(),
  value: Type.Union([Type.Number(), Type.String()]),
  timestamp: Type.Union([Type.Number(), Type.String()]),
  step: Type.Optional(Type.Union([Type.Number(), Type.String()])),
});
export const runSchema = Type.Object({
  info: Type.Object({
    run_id: Type.String(),
    run_name: Type.Optional(Type.String()),
    experiment_id: Type.String(),
    status: Type.String(),
    artifact_uri: Type.String(),
    lifecycle_stage: Type.String(),
  }),
  data: Type.Object({
    /** The newest point of each curve. */
    metrics: Type.Optional(Type.Array(metricSchema)),
    params: Type.Optional(Type.Array(Type.Object({ key: Type.String(), value: Type.String() }))),
    tags: Type.Optional(Type.Array(Type.Object({ key: Type.String(), value: Type.String() }))),
  }),
});
export const historySchema = Type.Object({
  metrics: Type.Optional(Type.Array(metricSchema)),
  next_page_token: Type.Optional(Type.String()),
});
export const artifactsSchema = Type.Object({
  files: Type.Optional(
    Type.Array(
      Type.Object({
        path: Type.String(),
        is_dir: Type.Optional(Type.Boolean()),
        file_size: Type.Optional(Type.Union([Type.Number(), Type.String()])),
      }),
    ),
  ),
  next_page_token: Type.Optional(Type.String()),
});
export const modelVersionSchema = Type.Object({
  name: Type.String(),
  version: Type.String(),
  run_id: Type.Optional(Type.String()),
});

export type Experiment = Readonly<Static<typeof experimentSchema>>;
export type Run = Readonly<Static<typeof runSchema>>;
export type ModelVersion = Readonly<Static<typeof modelVersionSchema>>;
