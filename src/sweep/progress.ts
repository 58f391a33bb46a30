import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { JOURNAL_FILE, readJournal } from '../record/index.js';
import { type Candidate, rungsOf, type RungState, rungStatesOf, type Rung } from './rungs.js';
import { readStates, type TrialState } from './state.js';
import type { Sweep } from './sweep.js';

/** How far a sweep is, its search included. */
export interface Progress {
  readonly trials: readonly TrialState[];
  /** Of a search by halving, as far as it has come. */
  readonly rungs: readonly Rung[];
  /** By run. */
  readonly rungStates: ReadonlyMap<string, RungState>;
}

/**
 * How far each run of a sweep is, and where it stands in the search.
 * @param retried runs that have failed and are about to be tried again
 */
export async function readProgress(
  folder: string,
  sweep: Sweep,
  retried: ReadonlySet<string> = new Set(),
): Promise<Progress> {
  const states = await readStates(folder, sweep);
  const isHalving = sweep.search?.type === 'halving';
  const candidates = await Promise.all(
    states.map(async ({ run, state: { status, path } }): Promise<Candidate> => ({
      run,
      status: retried.has(run.id) ? 'queued' : status,
      evaluations: isHalving ? await readEvaluations(path) : [],
    })),
  );
  const rungs = rungsOf(sweep, candidates);
  const rungStates = rungStatesOf(sweep, rungs, candidates);
  const trials = states.map(({ run, state }): TrialState => {
    const idle = rungStates.get(run.id)!.idle;
    // Failed ones stay failed, and one that trains now may have been started with other rungs.
    const isAt = state.status === 'stopped' || state.status === 'queued';
    return { run, state: idle !== undefined && isAt ? { ...state, status: idle } : state };
  });
  return { trials, rungs, rungStates };
}

/** The evaluations of a run that no resume has made void; none where it has not started. */
export async function readEvaluations(path: string): Promise<Candidate['evaluations']> {
  const evaluations: Candidate['evaluations'][number][] = [];
  try {
    for await (const entry of readJournal(join(path, JOURNAL_FILE)))
      if (entry.type === 'evaluation') evaluations.push({ step: entry.step, metrics: entry.metrics });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return evaluations;
}
