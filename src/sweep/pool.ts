import type { FromTrial } from './messages.js';
import type { SweepRun } from './sweep.js';
import type { Outcome, TrialProcess } from './trial-process.js';

export interface PoolOptions {
  /** At once. */
  readonly jobs: number;
  /** How often a trial that crashed is resumed from its last checkpoint. */
  readonly retries: number;
  readonly start: (run: SweepRun, listen: (message: FromTrial) => void) => TrialProcess;
  /** Aborted: running trials save a checkpoint and end; no other is started. */
  readonly signal: AbortSignal;
  readonly observer: PoolObserver;
}

export interface PoolObserver {
  onStart(run: SweepRun): Promise<void>;
  onMessage(run: SweepRun, message: FromTrial): void;
  /** @param again whether it is tried again at once */
  onEnd(run: SweepRun, outcome: Outcome, again: boolean): Promise<void>;
}

/** Trains runs in processes, `jobs` at once. One that fails does not affect the others. */
export async function runPool(
  runs: readonly SweepRun[],
  options: PoolOptions,
): Promise<ReadonlyMap<string, Outcome>> {
  const { jobs, retries, start, signal, observer } = options;
  const waiting = [...runs];
  const outcomes = new Map<string, Outcome>();
  const alive = new Set<TrialProcess>();
  const stop = (): void => alive.forEach((process) => process.stop());
  signal.addEventListener('abort', stop);

  const perform = async (run: SweepRun): Promise<void> => {
    for (let tries = 0; ; tries++) {
      await observer.onStart(run);
      // Aborted meanwhile.
      if (signal.aborted) return;
      const process = start(run, (message) => observer.onMessage(run, message));
      alive.add(process);
      const outcome = await process.outcome;
      alive.delete(process);
      outcomes.set(run.id, outcome);
      const again = outcome.status === 'crashed' && tries < retries && !signal.aborted;
      await observer.onEnd(run, outcome, again);
      if (!again) return;
    }
  };
  const work = async (): Promise<void> => {
    for (let run = waiting.shift(); run && !signal.aborted; run = waiting.shift()) await perform(run);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, work));
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return outcomes;
}
