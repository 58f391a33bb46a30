import { existsSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Registry } from '../registry/index.js';
import { ensureFolder } from '../record/files.js';
import { lockFolder, unlockFolder } from '../record/lock.js';
import { noteAttempt } from './attempts.js';
import { onCancel, uncancelSweep } from './cancel.js';
import { expandAblation, type Expanded } from './expand.js';
import type { FromTrial, TrialRequest } from './messages.js';
import { estimateSweep, type SweepOutlook } from './outlook.js';
import { type PoolObserver, runPool } from './pool.js';
import type { SweepRequest } from './request.js';
import { type Share, shareMachine } from './resources.js';
import { inRunningOrder, selectRuns } from './select.js';
import { readStates, type Standing } from './state.js';
import { type Sweep, type SweepRun, writeSweep } from './sweep.js';
import { type Outcome, TrialProcess } from './trial-process.js';

/** A sweep that is checked and planned, and of which nothing is begun or written. */
export interface PreparedSweep {
  readonly request: SweepRequest;
  readonly expanded: Expanded;
  /** Absolute. */
  readonly folder: string;
  /** Those asked for, in the order in which they are run. */
  readonly standings: readonly Standing[];
  readonly share: Share;
  readonly outlook: SweepOutlook;
}

export interface SweepObserver {
  begun?(run: SweepRun): void;
  heard?(run: SweepRun, message: FromTrial): void;
  ended?(run: SweepRun, outcome: Outcome, again: boolean): void;
  warn(text: string): void;
}

export interface SweepResult {
  readonly sweep: Sweep;
  /** Of those asked for. */
  readonly standings: readonly Standing[];
  /** Stopped before all were done. */
  readonly interrupted: boolean;
}

/**
 * Expands an ablation, checks and plans every trial, and finds out how far each is and what the rest will take.
 * @throws UserError (exit code 2) with every finding of every trial at once.
 */
export async function prepareSweep(
  request: SweepRequest,
  registry: Registry,
  observer: Pick<SweepObserver, 'warn'>,
): Promise<PreparedSweep> {
  const { set, data, length } = request;
  const overrides = { data, ...(length === undefined ? {} : { for: length }) };
  const expanded = await expandAblation(request.ablation, { registry, set, overrides });
  const { sweep, plans } = expanded;
  const folder = join(resolve(request.runs), sweep.name);
  const wanted = inRunningOrder(selectRuns(sweep, request.only, request.index), sweep);
  const standings = await readStates(folder, { runs: [...wanted] });
  const left = standings.filter(({ state }) => state.status !== 'done').map(({ run }) => run);
  const share = shareMachine(request.machine, {
    trials: left.length,
    trainingBytes: Math.max(
      0,
      ...wanted.flatMap(({ id }) => plans[id]!.phases.map(({ plan }) => plan.cost.trainingBytes)),
    ),
    cacheBytes: request.loading.cacheBytes,
    ...(request.jobs === undefined ? {} : { jobs: request.jobs }),
    ...(request.threads === undefined ? {} : { threads: request.threads }),
    accelerated: request.device !== undefined && request.device !== 'cpu',
  });
  const outlook = await estimateSweep(request, sweep.recipeFolder, standings, plans, share, (text) =>
    observer.warn(text),
  );
  return { request, expanded, folder, standings, share, outlook };
}

/** Does what is left of a prepared sweep on this machine. Trials fail one by one; this fails where none can be begun. */
export async function runSweep(
  prepared: PreparedSweep,
  signal: AbortSignal,
  observer: SweepObserver,
): Promise<SweepResult> {
  const { request, expanded, folder, share, outlook } = prepared;
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
    const sweep = await writeSweep(folder, expanded.sweep, expanded.recipes, expanded.text);

    // 2. Whatever is not done yet, each in a process of its own.
    const wanted = prepared.standings.map(({ run }) => run);
    const before = await readStates(folder, { runs: wanted });
    const left = before.filter(({ state }) => state.status !== 'done');
    const idOf = new Map(left.map(({ run, state }) => [run.id, state.path.slice(folder.length + 1)]));
    const runs = left.map(({ run }) => run);
    if (request.queue === undefined) {
      await runPool(runs, {
        jobs: share.jobs,
        retries: request.retries,
        signal: controller.signal,
        start: (run, listen) =>
          new TrialProcess(trialRequest(prepared, sweep, run, idOf.get(run.id)!), listen),
        observer: recorded(folder, observer),
      });
    } else {
      await runQueued(request.queue, { prepared, sweep, runs, signal: controller.signal, observer });
    }

    // 3. What came of it.
    const standings = await readStates(folder, { runs: wanted });
    return { sweep, standings, interrupted: controller.signal.aborted };
  } finally {
    cancel.release();
    signal.removeEventListener('abort', stop);
    if (alone) unlockFolder(folder);
  }
}

/** Hands runs to workers elsewhere, and follows them as long as somebody looks. */
async function runQueued(
  url: string,
  {
    prepared: { request, expanded, folder },
    sweep,
    runs,
    signal,
    observer,
  }: {
    readonly prepared: PreparedSweep;
    readonly sweep: Sweep;
    readonly runs: readonly SweepRun[];
    readonly signal: AbortSignal;
    readonly observer: SweepObserver;
  },
): Promise<void> {
  // Only a sweep that uses Redis loads its client.
  const { SweepQueue } = await import('./queue/submit.js');
  const queue = await SweepQueue.open(url, sweep);
  const submit = (some: readonly SweepRun[]): Promise<void> =>
    queue.submit(some, ({ id }) => expanded.recipes[id]!, request.retries);
  try {
    await submit(runs);
    if (request.detach) return;
    await queue.follow(
      folder,
      runs,
      signal,
      {
        begun: (run) => observer.begun?.(run),
        heard: (run, message) => observer.heard?.(run, message),
        ended: (run, status, reason) =>
          observer.ended?.(run, { status, ...(reason === undefined ? {} : { reason }) }, false),
        warn: (text) => observer.warn(text),
      },
      submit,
    );
  } finally {
    await queue.close();
  }
}

/** Keeps what a sweep left under another name. */
async function setAside(folder: string): Promise<void> {
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '').replace('T', '-');
  await rename(folder, `${folder}-${stamp}`);
}

function trialRequest(
  { request, expanded, share }: PreparedSweep,
  { key, name, recipeFolder }: Sweep,
  run: SweepRun,
  id: string,
): TrialRequest {
  const { runs, engine, device, loading, tracking } = request;
  return {
    recipe: join(recipeFolder, `${name}.yaml`),
    text: expanded.recipes[run.id]!,
    as: { name, id },
    set: [],
    data: [],
    runs: resolve(runs),
    engine,
    ...(device === undefined ? {} : { device }),
    threads: share.threads,
    loading: {
      ...loading,
      dataFolder: resolve(loading.dataFolder),
      cacheBytes: share.cacheBytes,
    },
    ...(tracking === undefined
      ? {}
      : { tracking: { ...tracking, wish: { ...tracking.wish, parent: { key, name } } } }),
  };
}

/** Has every try on record, and an observer told of it. */
function recorded(folder: string, observer: SweepObserver): PoolObserver {
  const note = async (id: string, event: Outcome['status'] | 'begun', reason?: string): Promise<void> => {
    try {
      await noteAttempt(folder, id, event, reason);
    } catch (error) {
      observer.warn(`What became of ${id} could not be noted: ${String(error)}.`);
    }
  };
  return {
    begun: async (run) => {
      await note(run.id, 'begun');
      observer.begun?.(run);
    },
    heard: (run, message) => observer.heard?.(run, message),
    ended: async (run, outcome, again) => {
      await note(run.id, outcome.status, outcome.reason);
      observer.ended?.(run, outcome, again);
    },
  };
}
