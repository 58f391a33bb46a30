import { MlflowError } from '../tracking/mlflow/index.js';
import { noteAttempt } from './attempts.js';
import type { Round, Task } from './round.js';
import { readStates } from './state.js';
import { fetchRun, type MlflowStore, openStore } from './store/index.js';

/** Submits runs to a queue for workers, and follows them until they are done or the signal is aborted. */
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
  const tasks = store ? await notDone(store, folder, wanted) : wanted;
  // Only a sweep that uses Redis loads its client.
  const { SweepQueue } = await import('./queue/submit.js');
  const queue = await SweepQueue.open(url, sweep);
  let isUnreachable = false;
  const fetch = async ({ run }: Task): Promise<boolean> => {
    try {
      if (store) await fetchRun(store, folder, run);
      isUnreachable = false;
      return true;
    } catch (error) {
      if (!(error instanceof MlflowError) || !error.transient) throw error;
      if (!isUnreachable)
        observer.warn(`${error.message} What workers have done is fetched when it is back.`);
      isUnreachable = true;
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
        onStart: (run) => observer.onStart?.(run),
        onMessage: (run, message) => observer.onMessage?.(run, message),
        onEnd: async (run, status, reason) => {
          // The worker has recorded it in its own folder, which is not shared.
          if (store && status === 'failed') await noteAttempt(folder, run.id, status, reason);
          observer.onEnd?.(run, { status, ...(reason === undefined ? {} : { reason }) }, false);
        },
        warn: (text) => observer.warn(text),
      },
      { again: submit, fetch },
    );
  } finally {
    await queue.close();
  }
}

/** Fetches what workers have done before. @returns the tasks that are not done. */
async function notDone(store: MlflowStore, folder: string, tasks: readonly Task[]): Promise<readonly Task[]> {
  for (const { run } of tasks) await fetchRun(store, folder, run);
  const runs = tasks.map(({ run }) => run);
  const done = (await readStates(folder, { runs })).filter(({ state }) => state.status === 'done');
  const ids = new Set(done.map(({ run }) => run.id));
  return tasks.filter(({ run }) => !ids.has(run.id));
}
