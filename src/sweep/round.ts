import type { SweepObserver } from './observer.js';
import type { PreparedSweep } from './prepare.js';
import type { Sweep, SweepRun } from './sweep.js';

/** A run that is to be started or resumed. */
export interface Task {
  readonly run: SweepRun;
  /** Name of its folder: it may have been started under another id. */
  readonly id: string;
  /** Steps after which it waits for others; undefined: it trains to its end. */
  readonly until: number | undefined;
}

/** Runs that can be trained at the same time. */
export interface Round {
  readonly prepared: PreparedSweep;
  /** Of the sweep. */
  readonly folder: string;
  readonly sweep: Sweep;
  readonly tasks: readonly Task[];
  readonly signal: AbortSignal;
  readonly observer: SweepObserver;
}
