import { MlflowError } from '../tracking/mlflow/index.js';
import { noteAttempt } from './attempts.js';
import type { Round, Task } from './round.js';
import { readStates } from './state.js';
import { fetchRun, type MlflowStore, openStore } from './store/index.js';

/** Hands runs to workers elsewhere, and follows them as long as somebody looks. */
export async function runQueued(url: string, round: Round): Promise<void> {
  const store = await openStore(round.sweep, round.prepared.request.tracking?.delivery);
  try {
    await queueRuns(url, round, store);
  } finally {
    await store?.close();
  }
}

async function queueRuns(
  url: string,
  { prepared: { request, expanded }, folder, sweep, tasks: wanted, signal, observer }: Round,
  store: MlflowStore | undefined,
): Promise<void> {
  const tasks = store ? await stillOpen(store, folder, wanted) : wanted;
  // Only a sweep that uses Redis loads its client.
  const { SweepQueue } = await import('./queue/submit.js');
  const queue = await SweepQueue.open(url, sweep);
  let isAway = false;
  const fetch = async ({ run }: Task): Promise<boolean> => {
    try {
      if (store) await fetchRun(store, folder, run);
      isAway = false;
      return true;
    } catch (error) {
      if (!(error instanceof MlflowError) || !error.transient) throw error;
      if (!isAway) observer.warn(`${error.message} What workers have done is fetched when it is back.`);
      isAway = true;
      return false;
    }
  };
  try {
    const submit = (some: Round['tasks']): Promise<void> =>
      queue.submit(some, ({ id }) => expanded.recipes[id]!, request.retries);
    await submit(tasks);
    if (request.detach) return;
    await queue.follow(
      folder,
      tasks,
      signal,
      {
        begun: (run) => observer.begun?.(run),
        heard: (run, message) => observer.heard?.(run, message),
        ended: async (run, status, reason) => {
          // Elsewhere it is on record, where it is not seen from here.
          if (store && status === 'failed') await noteAttempt(folder, run.id, status, reason);
          observer.ended?.(run, { status, ...(reason === undefined ? {} : { reason }) }, false);
        },
        warn: (text) => observer.warn(text),
      },
      { again: submit, fetch },
    );
  } finally {
    await queue.close();
  }
}

/** Has here what workers have done before, and leaves out what is done. */
async function stillOpen(
  store: MlflowStore,
  folder: string,
  tasks: readonly Task[],
): Promise<readonly Task[]> {
  for (const { run } of tasks) await fetchRun(store, folder, run);
  const runs = tasks.map(({ run }) => run);
  const done = (await readStates(folder, { runs })).filter(({ state }) => state.status === 'done');
  const ids = new Set(done.map(({ run }) => run.id));
  return tasks.filter(({ run }) => !ids.has(run.id));
}
