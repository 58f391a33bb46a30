import type { FromTrial } from './messages.js';
import type { Rung } from './rungs.js';
import type { SweepRun } from './sweep.js';
import type { Outcome } from './trial-process.js';

/** Gets the events of a sweep. */
export interface SweepObserver {
  onStart?(run: SweepRun): void;
  onMessage?(run: SweepRun, message: FromTrial): void;
  onEnd?(run: SweepRun, outcome: Outcome, again: boolean): void;
  /** All runs that were left have been evaluated at a rung, and it is known which go on. */
  onRungDecided?(rung: Rung): void;
  warn(text: string): void;
}
