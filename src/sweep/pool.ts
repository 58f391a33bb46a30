import type { FromTrial } from './messages.js';
import type { SweepRun } from './sweep.js';
import type { Outcome, TrialProcess } from './trial-process.js';

export interface PoolOptions {
  /** At once. */
  readonly jobs: number;
  /** How often a trial that crashed is taken up again, from its last checkpoint. */
  readonly retries: number;
  readonly start: (run: SweepRun, listen: (message: FromTrial) => void) => TrialProcess;
  /** Aborted: whatever runs saves a checkpoint and ends; nothing new is begun. */
  readonly signal: AbortSignal;
  readonly observer: PoolObserver;
}

export interface PoolObserver {
  begun(run: SweepRun): Promise<void>;
  heard(run: SweepRun, message: FromTrial): void;
  /** @param again whether it is tried again at once */
  ended(run: SweepRun, outcome: Outcome, again: boolean): Promise<void>;
}

/** Does runs in processes, `jobs` at once. One that fails is on record, and takes no other with it. */
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
      await observer.begun(run);
      // Asked to stop meanwhile.
      if (signal.aborted) return;
      const process = start(run, (message) => observer.heard(run, message));
      alive.add(process);
      const outcome = await process.ended;
      alive.delete(process);
      outcomes.set(run.id, outcome);
      const again = outcome.status === 'crashed' && tries < retries && !signal.aborted;
      await observer.ended(run, outcome, again);
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
