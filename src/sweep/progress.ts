import { join } from 'node:path';
import { UserError } from '../core/errors.js';
import { JOURNAL_FILE, readJournal } from '../record/index.js';
import { type Climber, climb, type Place, placesOf, type Rung } from './rungs.js';
import { readStates, type Standing } from './state.js';
import type { Sweep } from './sweep.js';

/** How far a sweep is, its search included. */
export interface Progress {
  readonly standings: readonly Standing[];
  /** Of a search by halving, as far as it has come. */
  readonly rungs: readonly Rung[];
  /** By run. */
  readonly places: ReadonlyMap<string, Place>;
}

/**
 * How far each run of a sweep is, and where it stands in the search.
 * @param again runs that have failed and are about to be tried again
 */
export async function readProgress(
  folder: string,
  sweep: Sweep,
  again: ReadonlySet<string> = new Set(),
): Promise<Progress> {
  const states = await readStates(folder, sweep);
  const halves = sweep.search?.type === 'halving';
  const climbers = await Promise.all(
    states.map(async ({ run, state: { status, path } }): Promise<Climber> => ({
      run,
      status: again.has(run.id) ? 'queued' : status,
      evaluations: halves ? await readEvaluations(path) : [],
    })),
  );
  const rungs = climb(sweep, climbers);
  const places = placesOf(sweep, rungs, climbers);
  const standings = states.map(({ run, state }): Standing => {
    const rests = places.get(run.id)!.rests;
    // One that has failed is out by that; one that is at work may have been asked to go on otherwise.
    const isAt = state.status === 'stopped' || state.status === 'queued';
    return { run, state: rests !== undefined && isAt ? { ...state, status: rests } : state };
  });
  return { standings, rungs, places };
}

/** Every evaluation of a run that counts still; none where it is not begun. */
export async function readEvaluations(path: string): Promise<Climber['evaluations']> {
  const evaluations: Climber['evaluations'][number][] = [];
  try {
    for await (const entry of readJournal(join(path, JOURNAL_FILE)))
      if (entry.type === 'evaluation') evaluations.push({ step: entry.step, metrics: entry.metrics });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  return evaluations;
}
