import { join, resolve } from 'node:path';
import { UserError } from '../core/errors.js';
import type { Registry } from '../registry/index.js';
import { expandAblation, type Expanded } from './expand.js';
import { estimateSweep, type SweepOutlook } from './outlook.js';
import type { SweepRequest } from './request.js';
import { type Share, shareMachine } from './resources.js';
import type { SweepObserver } from './observer.js';
import { inRunningOrder, selectRuns } from './select.js';
import { readProgress } from './progress.js';
import { readStates, type TrialState } from './state.js';
import { requireServer } from './store/index.js';
import { readSweepIfThere, type SweepRun } from './sweep.js';

/** A sweep that is checked and planned; nothing is started or written yet. */
export interface PreparedSweep {
  readonly request: SweepRequest;
  readonly expanded: Expanded;
  /** Absolute. */
  readonly folder: string;
  /** Those asked for, in the order in which they are run. */
  readonly trials: readonly TrialState[];
  readonly share: Share;
  readonly outlook: SweepOutlook;
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
  checkStore(request, sweep);
  checkHalving(request, sweep);
  const folder = join(resolve(request.runs), sweep.name);
  const wanted = inRunningOrder(selectRuns(sweep, request.only, request.index), sweep);
  const trials = await trialStatesOf(folder, sweep, wanted);
  const left = trials.filter(({ state }) => state.status !== 'done').map(({ run }) => run);
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
  const outlook = await estimateSweep(request, sweep, trials, plans, share, (text) => observer.warn(text));
  return { request, expanded, folder, trials, share, outlook };
}

/** How far runs are. The steps of rungs are those that the sweep's folder holds, where it was started before. */
async function trialStatesOf(
  folder: string,
  sweep: Expanded['sweep'],
  wanted: readonly SweepRun[],
): Promise<readonly TrialState[]> {
  const before = sweep.search?.type === 'halving' ? await readSweepIfThere(folder) : undefined;
  if (!before) return readStates(folder, { runs: [...wanted] });
  const rungs = new Map(before.runs.map((run) => [run.hash, run.rungs]));
  const runs = wanted.map((run) => {
    const noted = rungs.get(run.hash);
    return noted ? { ...run, rungs: noted } : run;
  });
  return (await readProgress(folder, { ...before, ...sweep, runs })).trials;
}

/** Only workers need one. @throws UserError (exit code 2) */
function checkStore({ store, queue, tracking }: SweepRequest, { name }: Expanded['sweep']): void {
  if (store === undefined) return;
  if (queue === undefined)
    throw new UserError('--store is for trials that workers train, and there is no --queue.', {
      exitCode: 2,
      remedy:
        'Trials that run here are kept in the folder of runs; `--queue redis://HOST` has workers do them.',
    });
  requireServer(name, tracking?.delivery);
}

/** Halving needs all trials, and a process that waits for them. @throws UserError (exit code 2) */
function checkHalving({ index, only, detach }: SweepRequest, { search, name }: Expanded['sweep']): void {
  if (search?.type !== 'halving') return;
  const because = `${name} is searched by halving`;
  if (index !== undefined)
    throw new UserError(
      `--index: ${because}, where a trial goes on only once all others have been compared with it.`,
      {
        exitCode: 2,
        remedy: 'Let one process run it, with --queue on many machines; --index is for grid and random.',
      },
    );
  if (only.length > 0)
    throw new UserError(`--only: ${because}, and what is left out could not be compared.`, {
      exitCode: 2,
      remedy: 'Take the other levels out of the ablation, or search by grid or random.',
    });
  if (detach === true)
    throw new UserError(`--detach: ${because}, and at each rung somebody has to say which trials go on.`, {
      exitCode: 2,
      remedy: 'Leave --detach out; Ctrl-C stops looking, and the same command goes on from there.',
    });
}
