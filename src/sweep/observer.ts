import type { FromTrial } from './messages.js';
import type { Rung } from './rungs.js';
import type { SweepRun } from './sweep.js';
import type { Outcome } from './trial-process.js';

/** Who is told how a sweep goes. */
export interface SweepObserver {
  begun?(run: SweepRun): void;
  heard?(run: SweepRun, message: FromTrial): void;
  ended?(run: SweepRun, outcome: Outcome, again: boolean): void;
  /** All that were left have come to a rung, and it is known who goes on. */
  decided?(rung: Rung): void;
  warn(text: string): void;
}
