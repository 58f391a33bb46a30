/** One training step, as the trainer yields it. */
export interface StepEvent {
  readonly type: 'step';
  /** Counts from 1. */
  readonly step: number;
  /** Epochs done after this step, fractional. */
  readonly epoch: number;
  /** Of a run of several phases: the id of the one that the step is of. */
  readonly phase?: string;
  /** Unweighted losses `D/adversarial`, `D/adversarial/real`, ..., and the weighted totals `D/total`. */
  readonly losses: Readonly<Record<string, number>>;
  /** By update. */
  readonly learningRates: Readonly<Record<string, number>>;
  /** Examples in the batch. */
  readonly images: number;
  /** Milliseconds: the whole step, and of it the wait for data. */
  readonly ms: number;
  readonly waitMs: number;
}

/** Metrics of a split, e.g. `{ 'val/l1': 23.1 }`. */
export interface EvaluationEvent {
  readonly type: 'evaluation';
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface SampleEvent {
  readonly type: 'sample';
  readonly step: number;
  /** Relative to the run's folder. */
  readonly file: string;
  /** By output, where the picture has two examples or more. */
  readonly diversity?: Readonly<Record<string, Diversity>>;
}

/** How much the pictures of different examples differ: mean over pairs of |a - b|, mean over pixels and channels, 0 to 255. */
export interface Diversity {
  readonly made: number;
  /** Of real pictures of the same examples. */
  readonly real?: number;
}

export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly step: number;
  /** Relative to the run's folder. */
  readonly folder: string;
}

export interface MessageEvent {
  readonly type: 'message';
  readonly step: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly text: string;
}

/** Something is wrong with the training, or soon will be. Told once. */
export interface HealthEvent {
  readonly type: 'health';
  readonly step: number;
  /** Which check found it: `discriminator-won`. */
  readonly check: string;
  /** What it is about, where a check looks at several things: `D/adversarial`, `val/l1`. */
  readonly subject?: string;
  readonly level: 'warning' | 'error';
  /** What is wrong. */
  readonly text: string;
  /** What was measured that says so. */
  readonly evidence: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** Opens the journal, and opens it again where a run is resumed: steps after `step` written earlier are void. */
export interface StartEvent {
  readonly type: 'start' | 'resume';
  readonly step: number;
  /** Absolute: what the recipe's relative paths start from. */
  readonly recipeFolder: string;
  /** Steps of the whole run. */
  readonly steps?: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
  /** Who started it. */
  readonly user?: string;
  /** The recipe as a path or what else names the run's source. */
  readonly source?: string;
  /** Of the repository that the recipe lies in. */
  readonly git?: GitState;
  /** Networks that make the game's outputs: what of the run is used afterwards. */
  readonly generators?: readonly string[];
  /** The run whose weights it started with, `name/id`, and after which step of it. */
  readonly parent?: { readonly run: string; readonly folder: string; readonly step: number };
  /** How the run wants to be known to a tracking server. */
  readonly tracking?: TrackingOptions;
}

/**
 * Training went back to a checkpoint, since a loss or a weight was no number any more: steps after `step` written earlier
 * are void, as where a run is resumed.
 */
export interface RollbackEvent {
  readonly type: 'rollback';
  /** Gone back to. */
  readonly step: number;
  /** In which it came to that. */
  readonly from: number;
  readonly reason: string;
  /** Of the run's, from 1. */
  readonly count: number;
  /** Factor of all learning rates from here on. */
  readonly rate: number;
}

export interface GitState {
  readonly commit: string;
  readonly branch?: string;
  readonly repository?: string;
  /** Whether files differ from the commit. */
  readonly modified: boolean;
}

export interface TrackingOptions {
  /** `off`: not to be sent unless asked for by name. */
  readonly mode: 'auto' | 'offline' | 'off';
  /** Default: the recipe's name. */
  readonly experiment?: string;
  /** Name under which the generator is registered when the run has finished. */
  readonly register?: string;
  /** The sweep that the run is a part of; `key` is the same for all its runs. */
  readonly parent?: { readonly key: string; readonly name: string };
}

/** The resolved recipe, flattened: `game.updates.G.losses.l1.weight`. Written whenever a run starts or goes on. */
export interface ParamsEvent {
  readonly type: 'params';
  readonly step: number;
  readonly params: Readonly<Record<string, string>>;
  /**
   * What differs from the parent's recipe. Without one, what flags changed of the recipe; where they changed nothing, what
   * differs from the one that it extends.
   */
  readonly changes?: { readonly from: string; readonly values: Readonly<Record<string, Change>> };
}

/** A parameter's value before and after; absent where it has none. */
export interface Change {
  readonly before?: string;
  readonly after?: string;
}

/** What is trained on. */
export interface DataEvent {
  readonly type: 'data';
  readonly step: number;
  readonly sources: Readonly<Record<string, DataSourceRecord>>;
}

export interface DataSourceRecord {
  readonly type: string;
  /** Absolute; absent for a type without files. */
  readonly folder?: string;
  /** Examples by split. */
  readonly counts: Readonly<Record<string, number>>;
  /** By field that is a class: names in the order of their numbers. */
  readonly classes?: Readonly<Record<string, readonly string[]>>;
  /** Of the examples' names and sizes; 32 hexadecimal digits. */
  readonly digest: string;
}

/** The machine as it was since the last such event; names are MLflow's: `system/cpu_utilization_percentage`. */
export interface SystemEvent {
  readonly type: 'system';
  readonly step: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface EndEvent {
  readonly type: 'end';
  readonly step: number;
  readonly status: 'finished' | 'failed' | 'killed';
  readonly reason?: string;
}

export type RunEvent =
  | StartEvent
  | ParamsEvent
  | DataEvent
  | StepEvent
  | EvaluationEvent
  | SampleEvent
  | CheckpointEvent
  | SystemEvent
  | MessageEvent
  | HealthEvent
  | RollbackEvent
  | EndEvent;

/** As a line of the journal: with the wall time in milliseconds since 1970. */
export type JournalEntry = RunEvent & { readonly time: number };
