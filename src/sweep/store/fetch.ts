import { join } from 'node:path';
import { readStates } from '../state.js';
import type { Sweep, SweepRun } from '../sweep.js';
import type { MlflowStore } from './mlflow-store.js';

/** Of a run's folder, what its tables, curves and pictures are made of, and its last weights. */
const isResult = (path: string): boolean => !path.startsWith('checkpoints/');

/** Has here what workers know of a run. @returns whether they know anything. @throws MlflowError */
export const fetchRun = (store: MlflowStore, folder: string, run: Pick<SweepRun, 'id'>): Promise<boolean> =>
  store.pull(run.id, join(folder, run.id), isResult);

/** The same of all runs that are not done here. @throws MlflowError */
export async function fetchRuns(
  store: MlflowStore,
  folder: string,
  sweep: Pick<Sweep, 'runs'>,
): Promise<void> {
  for (const { run, state } of await readStates(folder, sweep))
    if (state.status !== 'done') await fetchRun(store, folder, run);
}
