import type { RunEvent } from '../core/events.js';
import type { Data } from '../data/index.js';
import type { EngineDescription } from '../engine/index.js';
import type { Plan } from '../plan/index.js';
import type { Grid } from '../record/pictures/index.js';
import type { Duration } from './duration/estimate.js';

/** What is known before the first step. */
export interface RunOutlook {
  /** Of the phase that the run is in. */
  readonly plan: Plan;
  readonly data: Data;
  readonly engine: EngineDescription;
  /** Absolute path of the run's folder. */
  readonly folder: string;
  /** Steps done already, and of the whole run. */
  readonly from: number;
  readonly steps: number;
  /** Of the whole run. */
  readonly epochs: number;
  /** Of what is left: from steps of the like that were timed here, else a guess good to about a factor of 1.5. */
  readonly duration: Duration;
  /** Checkpoints that will be on the disk at the end. */
  readonly checkpoints: number;
}

/** Who watches a run: a terminal, a test, a sweep. Nothing it does can change the run. */
export interface RunObserver {
  outlook?(outlook: RunOutlook): void;
  event?(event: RunEvent): void;
  /** The pictures of a sample, before they are drawn as one. */
  sample?(step: number, samples: Grid): void;
  /** What is being done between two steps, e.g. `evaluating val 12/67`. */
  busy?(text: string): void;
  warn(text: string): void;
}

export interface RunResult {
  readonly status: 'finished' | 'killed';
  readonly folder: string;
  readonly step: number;
  readonly steps: number;
  /** Of the last evaluation. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Absolute paths; undefined where there is none. */
  readonly sample: string | undefined;
  readonly checkpoint: string | undefined;
  readonly report: string | undefined;
}
