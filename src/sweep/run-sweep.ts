import { existsSync } from 'node:fs';
import { move } from '../core/node/move.js';
import { UserError } from '../core/errors.js';
import { ensureFolder, lockFolder, unlockFolder } from '../record/index.js';
import { onCancel, uncancelSweep } from './cancel.js';
import type { PreparedSweep } from './prepare.js';
import type { SweepObserver } from './observer.js';
import type { Task } from './round.js';
import { runLocally } from './run-local.js';
import { runQueued } from './run-queued.js';
import { type Progress, readProgress } from './progress.js';
import type { TrialState } from './state.js';
import { type Sweep, writeSweep } from './sweep.js';

export interface SweepResult {
  readonly sweep: Sweep;
  /** Of those asked for. */
  readonly trials: readonly TrialState[];
  /** Stopped before all were done. */
  readonly interrupted: boolean;
}

/** Trains what is left of a prepared sweep. A trial that fails is in the result; this throws only where none can be started. */
export async function runSweep(
  prepared: PreparedSweep,
  signal: AbortSignal,
  observer: SweepObserver,
): Promise<SweepResult> {
  const { request, expanded, folder, outlook } = prepared;
  if (outlook.dataProblem) throw outlook.dataProblem;

  // 1. The sweep's folder; one process at a time runs all of it, while those of --index share it.
  if (!request.resume && existsSync(folder)) await setAside(folder);
  await ensureFolder(folder);
  const holdsSweep = request.index === undefined;
  if (holdsSweep) lockFolder(folder);
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  if (holdsSweep) await uncancelSweep(folder);
  const cancel = onCancel(folder, stop);
  try {
    const runs = expanded.sweep.runs.map((run) => ({ ...run, ...rungsAt(outlook.rungs[run.id]) }));
    const write = (store?: Sweep['store']): Promise<Sweep> =>
      writeSweep(
        folder,
        { ...expanded.sweep, runs, ...(store ? { store } : {}) },
        expanded.recipes,
        expanded.text,
      );
    let sweep = await write();
    if (request.store !== undefined && !sweep.store) sweep = await write(await storeFor(sweep, request));
    if (sweep.store && request.queue === undefined) throw storedElsewhere(sweep);

    // 2. Trials that are not done yet, each in its own process; in a search by halving, rung after rung.
    const wanted = new Set(prepared.trials.map(({ run }) => run.id));
    const order = new Map([...wanted].map((id, i) => [id, i]));
    const read = (retried?: ReadonlySet<string>): Promise<Progress> => readProgress(folder, sweep, retried);
    const selected = ({ trials }: Progress): readonly TrialState[] =>
      trials
        .filter(({ run }) => wanted.has(run.id))
        .toSorted((a, b) => order.get(a.run.id)! - order.get(b.run.id)!);
    const failed = selected(await read()).filter(({ state }) => state.status === 'failed');
    const retried = new Set(failed.map(({ run }) => run.id));
    let reportedRungs = 0;
    for (let before = await read(retried); ;) {
      for (const rung of before.rungs.slice(reportedRungs))
        if (rung.kept !== undefined) observer.onRungDecided?.(rung);
      reportedRungs = before.rungs.filter(({ kept }) => kept !== undefined).length;
      const tasks = tasksOf(before, selected(before), retried, folder);
      if (tasks.length === 0 || controller.signal.aborted) break;
      tasks.forEach(({ run }) => retried.delete(run.id));
      const round = { prepared, folder, sweep, tasks, signal: controller.signal, observer };
      await (request.queue === undefined ? runLocally(round) : runQueued(request.queue, round));
      const now = await read(retried);
      // Only in halving does a round lead to another: once its rung is decided.
      if (sweep.search?.type !== 'halving' || request.detach || isUnchanged(before, now)) break;
      before = now;
    }

    // 3. The result.
    return { sweep, trials: selected(await read()), interrupted: controller.signal.aborted };
  } finally {
    cancel.release();
    signal.removeEventListener('abort', stop);
    if (holdsSweep) unlockFolder(folder);
  }
}

const rungsAt = (rungs: readonly number[] | undefined): { readonly rungs?: number[] } =>
  rungs === undefined ? {} : { rungs: [...rungs] };

/** The trials that can train now: not those that are done, wait at a rung, are out, or have just failed. */
function tasksOf(
  { rungStates }: Progress,
  trials: readonly TrialState[],
  retried: ReadonlySet<string>,
  folder: string,
): readonly Task[] {
  return trials.flatMap(({ run, state }): Task[] => {
    const { until, idle } = rungStates.get(run.id)!;
    if (state.status === 'done' || idle !== undefined) return [];
    if (state.status === 'failed' && !retried.has(run.id)) return [];
    return [{ run, id: state.path.slice(folder.length + 1), until }];
  });
}

/** Where its trials will be kept. @throws UserError, MlflowError */
async function storeFor(
  { key, name }: Sweep,
  { tracking }: PreparedSweep['request'],
): Promise<Sweep['store']> {
  const { MlflowStore, requireServer } = await import('./store/index.js');
  const options = requireServer(name, tracking?.delivery);
  const store = await MlflowStore.ofSweep({ key, name, experiment: tracking?.options.experiment }, options);
  await store.close();
  return { type: 'mlflow', run: store.id };
}

const storedElsewhere = ({ name }: Sweep): UserError =>
  new UserError(`Trials of ${name} are kept on MLflow, and workers train them.`, {
    exitCode: 2,
    remedy: 'Go on with --queue, or begin anew with --no-resume.',
  });

/** No run has come further: another round would not help. */
const isUnchanged = (before: Progress, now: Progress): boolean =>
  JSON.stringify(before.rungs) === JSON.stringify(now.rungs) &&
  JSON.stringify(before.trials) === JSON.stringify(now.trials);

/** Renames the folder of an earlier sweep. */
async function setAside(folder: string): Promise<void> {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  await move(folder, `${folder}-${stamp}`);
}
