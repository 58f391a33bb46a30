import type { FromTrial } from './messages.js';
import type { PreparedSweep } from './prepare.js';
import type { Rung } from './rungs.js';
import type { Sweep, SweepRun } from './sweep.js';
import type { Outcome } from './trial-process.js';

/** A run that is to be begun, or to go on. */
export interface Task {
  readonly run: SweepRun;
  /** Name of its folder: it may have been begun under another. */
  readonly id: string;
  /** Steps after which it waits for others; undefined: it trains to its end. */
  readonly until: number | undefined;
}

/** Runs that can be done at once. */
export interface Round {
  readonly prepared: PreparedSweep;
  /** Of the sweep. */
  readonly folder: string;
  readonly sweep: Sweep;
  readonly tasks: readonly Task[];
  readonly signal: AbortSignal;
  readonly observer: SweepObserver;
}

export interface SweepObserver {
  begun?(run: SweepRun): void;
  heard?(run: SweepRun, message: FromTrial): void;
  ended?(run: SweepRun, outcome: Outcome, again: boolean): void;
  /** All that were left have come to a rung, and it is known who goes on. */
  decided?(rung: Rung): void;
  warn(text: string): void;
}
