/** One training step, as the trainer yields it. */
export interface StepEvent {
  readonly type: 'step';
  /** Counts from 1. */
  readonly step: number;
  /** Epochs done after this step, fractional. */
  readonly epoch: number;
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

/** Opens the journal, and opens it again where a run is resumed: steps after `step` written earlier are void. */
export interface StartEvent {
  readonly type: 'start' | 'resume';
  readonly step: number;
  /** Absolute: what the recipe's relative paths start from. */
  readonly recipeFolder: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
}

export interface EndEvent {
  readonly type: 'end';
  readonly step: number;
  readonly status: 'finished' | 'failed' | 'killed';
  readonly reason?: string;
}

export type RunEvent =
  StartEvent | StepEvent | EvaluationEvent | SampleEvent | CheckpointEvent | MessageEvent | EndEvent;

/** As a line of the journal: with the wall time in milliseconds since 1970. */
export type JournalEntry = RunEvent & { readonly time: number };
