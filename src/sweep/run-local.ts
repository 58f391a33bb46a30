import { join, resolve } from 'node:path';
import { noteAttempt } from './attempts.js';
import type { TrialRequest } from './messages.js';
import { type PoolObserver, runPool } from './pool.js';
import type { PreparedSweep } from './prepare.js';
import type { SweepObserver } from './observer.js';
import type { Round } from './round.js';
import type { Sweep, SweepRun } from './sweep.js';
import { type Outcome, TrialProcess } from './trial-process.js';

/** Trains runs on this machine, each in its own process. */
export async function runLocally({ prepared, folder, sweep, tasks, signal, observer }: Round): Promise<void> {
  const { share, request } = prepared;
  const byRun = new Map(tasks.map((task) => [task.run.id, task]));
  await runPool(
    tasks.map(({ run }) => run),
    {
      jobs: share.jobs,
      retries: request.retries,
      signal,
      start: (run, listen) => {
        const { id, until } = byRun.get(run.id)!;
        return new TrialProcess(trialRequest(prepared, sweep, run, id, until), listen);
      },
      observer: recorded(folder, observer),
    },
  );
}

function trialRequest(
  { request, expanded, share }: PreparedSweep,
  { key, name, recipeFolder }: Sweep,
  run: SweepRun,
  id: string,
  until: number | undefined,
): TrialRequest {
  const { runs, engine, device, plugins = [], loading, tracking } = request;
  return {
    recipe: join(recipeFolder, `${name}.yaml`),
    text: expanded.recipes[run.id]!,
    as: { name, id },
    ...(until === undefined ? {} : { until }),
    set: [],
    data: [],
    runs: resolve(runs),
    engine,
    ...(device === undefined ? {} : { device }),
    plugins: plugins.map((file) => resolve(file)),
    threads: share.threads,
    loading: {
      ...loading,
      dataFolder: resolve(loading.dataFolder),
      cacheBytes: share.cacheBytes,
    },
    ...(tracking === undefined
      ? {}
      : { tracking: { ...tracking, options: { ...tracking.options, parent: { key, name } } } }),
  };
}

/** Records each attempt, then passes the event to the observer. */
function recorded(folder: string, observer: SweepObserver): PoolObserver {
  const note = async (id: string, event: Outcome['status'] | 'begun', reason?: string): Promise<void> => {
    try {
      await noteAttempt(folder, id, event, reason);
    } catch (error) {
      observer.warn(`What became of ${id} could not be noted: ${String(error)}.`);
    }
  };
  return {
    onStart: async (run) => {
      await note(run.id, 'begun');
      observer.onStart?.(run);
    },
    onMessage: (run, message) => observer.onMessage?.(run, message),
    onEnd: async (run, outcome, again) => {
      await note(run.id, outcome.status, outcome.reason);
      observer.onEnd?.(run, outcome, again);
    },
  };
}
