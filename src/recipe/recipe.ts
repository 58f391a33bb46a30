import type { Span } from '../core/call.js';
import type { Diagnostic } from '../core/errors.js';

/** Where a part of a recipe was written: `locate(['networks', 'G', 'depth'])`. */
export type Locator = (
  path: readonly (string | number)[],
  /** Of the call that stands at the path. */
  span?: Span,
) => Pick<Diagnostic, 'place' | 'source'>;

/**
 * A recipe as data: what stands in `resolved.yaml`. Plain JSON in the words of the language, short forms expanded,
 * `extends` and `--set` applied, every default filled in, validated and deeply frozen.
 * Calls (`D(source, fake)`) and durations (`200 epochs`) stay texts; the plan parses them.
 */
export interface Recipe {
  readonly name: string;
  readonly summary?: string;
  readonly data: Readonly<Record<string, SourceConfig>>;
  readonly networks: Readonly<Record<string, RecipeNetwork>>;
  readonly game: GameConfig;
  readonly optimizer?: OptimizerConfig;
  readonly train: TrainConfig;
  readonly sample?: SampleConfig;
  readonly evaluate?: EvaluateConfig;
  readonly checkpoint: CheckpointConfig;
}

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** One stream of examples. Keys beyond these are its dataset type's own. */
export interface SourceConfig {
  readonly type: string;
  /** `./x` beside `base`, a bare name in the data folder, absolute as it is; absent for types without files. */
  readonly path?: string;
  readonly fields: Readonly<Record<string, FieldConfig>>;
  readonly size: Size;
  readonly fit: 'fill' | 'cover' | 'crop';
  readonly interpolation: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos';
  readonly augment: { readonly jitter?: Size; readonly flip?: 'horizontal' | 'none' };
  /** Sub-folder or share (0 to 1) per split. */
  readonly splits?: Readonly<Record<string, string | number>>;
  readonly [param: string]: unknown;
}

export interface FieldConfig {
  readonly from: string;
  readonly as: 'rgb' | 'grey' | 'rgba' | 'mask' | 'labels' | 'class';
  /** `auto`, a file, or colours as `#rrggbb`. */
  readonly palette?: string | readonly string[];
  /** Of `as: class`: their number, or their names in the order of their numbers. */
  readonly classes?: number | readonly string[];
}

/** By source and field, what data told of a field that the recipe leaves open. */
export type FieldFacts = Readonly<Record<string, Readonly<Record<string, Partial<FieldConfig>>>>>;

/** Keys beyond these are its network type's own. `like` is already looked up. */
export interface RecipeNetwork {
  readonly type: string;
  readonly inference: { readonly dropout: boolean; readonly batch_statistics: boolean };
  /** Names of a call's arguments, which are then not stacked. */
  readonly inputs?: readonly string[];
  /** Share of the averaged weights that an update keeps. */
  readonly ema?: number;
  /** A file, or RUN#NETWORK. */
  readonly weights?: string;
  readonly [param: string]: unknown;
}

export interface GameConfig {
  /** A call, or `{ type, ... }`. */
  readonly tensors: Readonly<Record<string, string | TensorConfig>>;
  readonly updates: Readonly<Record<string, UpdateConfig>>;
  /** An inner list is played at once. */
  readonly play: readonly (string | readonly string[])[];
  readonly outputs: Readonly<Record<string, OutputConfig>>;
}

export interface TensorConfig {
  readonly type: string;
  readonly [param: string]: unknown;
}

export interface UpdateConfig {
  readonly train: readonly string[];
  readonly losses: Readonly<Record<string, LossConfig>>;
  /** A duration in steps. */
  readonly every: string;
  /** Merged over the recipe's. */
  readonly optimizer: OptimizerConfig;
}

/** Operands are calls: `real`, `fake`, `fool`; `of`, `to`; `of`, `at`. Keys beyond are its type's own. */
export interface LossConfig {
  readonly type: string;
  readonly weight: number;
  readonly every: string;
  readonly schedule?: ScheduleConfig;
  readonly where?: string;
  readonly [param: string]: unknown;
}

export interface OptimizerConfig {
  readonly type: string;
  readonly learning_rate: number;
  readonly schedule?: ScheduleConfig;
  readonly clip_norm?: number;
  readonly clip_weights?: number;
  readonly [param: string]: unknown;
}

export interface ScheduleConfig {
  readonly type: string;
  readonly [param: string]: unknown;
}

export interface OutputConfig {
  /** Fields and tensors it is made from. */
  readonly from: readonly string[];
  readonly reference?: string;
}

export interface TrainConfig {
  /** A duration; absent where there are `phases`. */
  readonly for?: string;
  /** Stretches of training; absent where there is one without changes. */
  readonly phases?: readonly PhaseConfig[];
  readonly batch: number;
  readonly accumulate: number;
  readonly seed: number;
  /** What follows a loss or a weight that is not finite. */
  readonly on_nonfinite: 'stop' | 'rollback';
}

export interface PhaseConfig {
  readonly id: string;
  /** A duration. */
  readonly for: string;
  /** By path, short forms and nulls as written. */
  readonly change?: Readonly<Record<string, unknown>>;
}

export interface SampleConfig {
  readonly every: string;
  readonly split: string;
  readonly count: number;
  /** Pictures of each made tensor, each with noise of its own. */
  readonly draws: number;
  /** Columns; default per output: its `from`, itself, its reference. */
  readonly show?: readonly string[];
}

export interface EvaluateConfig {
  readonly every: string;
  readonly split: string;
  readonly metrics: readonly { readonly type: string; readonly [param: string]: unknown }[];
}

export interface CheckpointConfig {
  readonly every: string;
  readonly keep: number | 'all';
}
