import { existsSync } from 'node:fs';
import { move } from '../core/node/move.js';
import { UserError } from '../core/errors.js';
import { ensureFolder, lockFolder, unlockFolder } from '../record/index.js';
import { onCancel, uncancelSweep } from './cancel.js';
import type { PreparedSweep } from './prepare.js';
import type { SweepObserver } from './observer.js';
import type { Task } from './round.js';
import { runHere } from './run-here.js';
import { runQueued } from './run-queued.js';
import { type Progress, readProgress } from './progress.js';
import type { Standing } from './state.js';
import { type Sweep, writeSweep } from './sweep.js';

export interface SweepResult {
  readonly sweep: Sweep;
  /** Of those asked for. */
  readonly standings: readonly Standing[];
  /** Stopped before all were done. */
  readonly interrupted: boolean;
}

/** Does what is left of a prepared sweep. Trials fail one by one; this fails where none can be begun. */
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
  const alone = request.index === undefined;
  if (alone) lockFolder(folder);
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  if (alone) await uncancelSweep(folder);
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
    if (sweep.store && request.queue === undefined) throw keptElsewhere(sweep);

    // 2. Whatever is not done yet, each in a process of its own; in a search by halving, rung after rung.
    const wanted = new Set(prepared.standings.map(({ run }) => run.id));
    const order = new Map([...wanted].map((id, i) => [id, i]));
    const read = (again?: ReadonlySet<string>): Promise<Progress> => readProgress(folder, sweep, again);
    const mine = ({ standings }: Progress): readonly Standing[] =>
      standings
        .filter(({ run }) => wanted.has(run.id))
        .toSorted((a, b) => order.get(a.run.id)! - order.get(b.run.id)!);
    const failed = mine(await read()).filter(({ state }) => state.status === 'failed');
    const again = new Set(failed.map(({ run }) => run.id));
    let told = 0;
    for (let before = await read(again); ;) {
      for (const rung of before.rungs.slice(told)) if (rung.kept !== undefined) observer.decided?.(rung);
      told = before.rungs.filter(({ kept }) => kept !== undefined).length;
      const tasks = tasksOf(before, mine(before), again, folder);
      if (tasks.length === 0 || controller.signal.aborted) break;
      tasks.forEach(({ run }) => again.delete(run.id));
      const round = { prepared, folder, sweep, tasks, signal: controller.signal, observer };
      await (request.queue === undefined ? runHere(round) : runQueued(request.queue, round));
      const now = await read(again);
      // Only a rung that is decided leads on.
      if (sweep.search?.type !== 'halving' || request.detach || isSame(before, now)) break;
      before = now;
    }

    // 3. What came of it.
    return { sweep, standings: mine(await read()), interrupted: controller.signal.aborted };
  } finally {
    cancel.release();
    signal.removeEventListener('abort', stop);
    if (alone) unlockFolder(folder);
  }
}

const rungsAt = (rungs: readonly number[] | undefined): { readonly rungs?: number[] } =>
  rungs === undefined ? {} : { rungs: [...rungs] };

/** What can be done now: what is done, waits at a rung, is out, or has failed just now, cannot. */
function tasksOf(
  { places }: Progress,
  standings: readonly Standing[],
  again: ReadonlySet<string>,
  folder: string,
): readonly Task[] {
  return standings.flatMap(({ run, state }): Task[] => {
    const { until, rests } = places.get(run.id)!;
    if (state.status === 'done' || rests !== undefined) return [];
    if (state.status === 'failed' && !again.has(run.id)) return [];
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
  const store = await MlflowStore.ofSweep({ key, name, experiment: tracking?.wish.experiment }, options);
  await store.close();
  return { type: 'mlflow', run: store.id };
}

const keptElsewhere = ({ name }: Sweep): UserError =>
  new UserError(`Trials of ${name} are kept on MLflow, and workers train them.`, {
    exitCode: 2,
    remedy: 'Go on with --queue, or begin anew with --no-resume.',
  });

/** Nobody came further: to try once more would not help. */
const isSame = (before: Progress, now: Progress): boolean =>
  JSON.stringify(before.rungs) === JSON.stringify(now.rungs) &&
  JSON.stringify(before.standings) === JSON.stringify(now.standings);

/** Keeps what a sweep left under another name. */
async function setAside(folder: string): Promise<void> {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  await move(folder, `${folder}-${stamp}`);
}
