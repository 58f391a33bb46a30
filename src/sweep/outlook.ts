import { statfs } from 'node:fs/promises';
import { stepsOf } from '../core/due.js';
import { parseDuration } from '../core/duration.js';
import { UserError } from '../core/errors.js';
import { measureRate, openEngine, type Rate } from '../engine/index.js';
import type { TrialPlan } from '../plan/index.js';
import { estimateStepSeconds } from '../runs/duration/index.js';
import { openDataThread } from '../runs/data/index.js';
import type { Share } from './resources.js';
import type { SweepRequest } from './request.js';
import type { TrialState } from './state.js';
import type { Sweep } from './sweep.js';

/** What a sweep will take. */
export interface SweepOutlook {
  /** By run: of its whole length; absent where the data is, too. */
  readonly steps: Readonly<Record<string, number>>;
  /** By run: of each rung of the search; absent without halving, or where the data is. */
  readonly rungs: Readonly<Record<string, readonly number[]>>;
  /** Estimate of what is left, good to about a factor of 1.5; undefined where steps are not known. */
  readonly seconds: number | undefined;
  /** What all checkpoints of all runs will take. */
  readonly diskBytes: number;
  readonly freeBytes: number;
  /** Peak of all trials that run at once. */
  readonly memoryBytes: number;
  /** Why the data cannot be read. */
  readonly dataProblem: UserError | undefined;
}

/** Opens the data that the trials use, measures the engine, and adds up. */
export async function estimateSweep(
  request: SweepRequest,
  { recipeFolder, search }: Pick<Sweep, 'recipeFolder' | 'search'>,
  trials: readonly TrialState[],
  plans: Readonly<Record<string, TrialPlan>>,
  share: Share,
  warn: (text: string) => void,
): Promise<SweepOutlook> {
  const left = trials.filter(({ state }) => state.status !== 'done' && state.status !== 'dropped');
  const durations = search?.type === 'halving' ? search.rungs : [];
  const perEpoch = new Map<string, number>();
  let dataProblem: UserError | undefined;
  const steps: Record<string, number> = {};
  const rungs: Record<string, readonly number[]> = {};
  // Rungs are computed for all runs, also for those that are done.
  for (const { run } of durations.length > 0 ? trials : left) {
    const { phases } = plans[run.id]!;
    const { data, train } = phases[0]!.plan.recipe;
    const key = JSON.stringify([data, train.batch]);
    if (!perEpoch.has(key)) {
      try {
        const opened = await openDataThread({
          ...request.loading,
          plugins: request.plugins ?? [],
          sources: data,
          seed: train.seed,
          batch: train.batch,
          recipeFolder,
          warn,
        });
        perEpoch.set(key, opened.stepsPerEpoch);
        await opened.close();
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        dataProblem ??= error;
      }
    }
    const epoch = perEpoch.get(key);
    if (epoch === undefined) continue;
    steps[run.id] = phases.reduce((sum, phase) => sum + stepsOf(phase.for, epoch), 0);
    if (durations.length > 0) rungs[run.id] = durations.map((duration) => stepsOf(duration, epoch));
    if (rungs[run.id]?.some((rung) => rung >= steps[run.id]!))
      throw new UserError(`Training of ${run.id} ends after ${steps[run.id]} steps, before its last rung.`, {
        exitCode: 2,
        remedy: 'Train longer, or compare earlier: `search.rungs`.',
      });
  }
  const rate = left.length === 0 ? { flops: 1 } : await measureMachine(request);
  const seconds = left.map(({ run, state }) => {
    const whole = steps[run.id];
    const each = estimateStepSeconds(plans[run.id]!.phases[0]!.plan, rate);
    const expected = whole && expectedSteps(whole, rungs[run.id] ?? [], search);
    return expected === undefined ? undefined : Math.max(0, expected - (state.step ?? 0)) * each;
  });
  const costs = left.map(({ run }) => ({ ...plans[run.id]!.phases[0]!.plan, steps: steps[run.id] }));
  const { bavail, bsize } = await statfs('.');
  return {
    steps,
    rungs,
    seconds: seconds.includes(undefined)
      ? undefined
      : seconds.reduce<number>((sum, each) => sum + (each ?? 0), 0),
    diskBytes: costs.reduce((sum, { cost, recipe: { checkpoint }, steps: length = Infinity }) => {
      const parsed = parseDuration(checkpoint.every)!;
      const made = parsed.unit === 'steps' ? Math.ceil(length / parsed.count) : Infinity;
      // Of epochs there may be thousands; who keeps all of them knows.
      const kept = Math.min(made, checkpoint.keep === 'all' ? Infinity : checkpoint.keep);
      return sum + cost.checkpointBytes * (Number.isFinite(kept) ? kept : 1);
    }, 0),
    freeBytes: bavail * bsize,
    memoryBytes:
      share.jobs * (Math.max(0, ...costs.map(({ cost }) => cost.trainingBytes)) + share.cacheBytes),
    dataProblem,
  };
}

/** Steps that a run takes on average, where a share of all is left at each rung. */
function expectedSteps(whole: number, rungs: readonly number[], search: Sweep['search']): number {
  const keep = search?.type === 'halving' ? search.keep : 1;
  return [...rungs, whole].reduce((sum, to, i, all) => sum + (to - (all[i - 1] ?? 0)) * keep ** i, 0);
}

/** The rate of all cores that trials may use. */
async function measureMachine({ engine: name, threads, machine, device }: SweepRequest): Promise<Rate> {
  const engine = await openEngine(name, { threads: threads ?? machine.cores, device });
  try {
    return await measureRate(engine);
  } finally {
    engine.close();
  }
}
