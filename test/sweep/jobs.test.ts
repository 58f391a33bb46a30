import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { shippedDefinitions } from '../../src/definitions.js';
import { readAttempts } from '../../src/sweep/attempts.js';
import { expandAblation } from '../../src/sweep/expand.js';
import type { FromTrial } from '../../src/sweep/messages.js';
import { runPool } from '../../src/sweep/pool.js';
import { onCancelOf } from '../../src/sweep/queue/cancelled.js';
import { checkJob, jobIdOf, type TrialJob } from '../../src/sweep/queue/job.js';
import { SweepQueue } from '../../src/sweep/queue/submit.js';
import { isDone, Trial, type WorkerRequest } from '../../src/sweep/queue/worker.js';
import type { Task } from '../../src/sweep/round.js';
import { recorded, trialRequest } from '../../src/sweep/run-here.js';
import type { Sweep, SweepRun } from '../../src/sweep/sweep.js';
import { crashOf, type Outcome, outcomeOf, type TrialProcess } from '../../src/sweep/trial-process.js';
import { TINY_RECIPE } from '../support/plan.js';

const root = mkdtempSync(join(tmpdir(), 'gan-jobs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const runOf = (index: number): SweepRun => ({
  index,
  id: `r${index}-${'0'.repeat(9)}${index}`,
  hash: `${index}`.repeat(64),
  cells: [{}],
});
const few = [0, 1, 2].map(runOf);

describe('trials here', () => {
  /** Does the runs, whose tries end as said; a stop is taken at the second. */
  async function pool(
    ends: Readonly<Record<string, readonly Outcome['status'][]>>,
    jobs: number,
    retries: number,
    stopAt?: string,
  ) {
    const log: string[] = [];
    const controller = new AbortController();
    const tries = new Map<string, number>();
    let [alive, most] = [0, 0];
    const name = ({ id }: SweepRun): string => id.slice(0, 2);
    const outcomes = await runPool(few, {
      ...{ jobs, retries, signal: controller.signal },
      start: (run, listen) => {
        const nth = tries.get(run.id) ?? 0;
        tries.set(run.id, nth + 1);
        most = Math.max(most, ++alive);
        listen({ type: 'step', step: nth, ms: 1 });
        const stop = (): void => void log.push(`stop ${name(run)}`);
        const ended = (async () => {
          await new Promise(setImmediate);
          if (name(run) === stopAt) controller.abort();
          alive--;
          return { status: ends[name(run)]?.[nth] ?? 'finished' };
        })();
        return { stop, ended } as unknown as TrialProcess;
      },
      observer: {
        begun: async (run) => void log.push(`begun ${name(run)}`),
        heard: (run, message) => void log.push(`${message.type} ${name(run)}`),
        ended: async (run, { status }, again) =>
          void log.push(`${status} ${name(run)}${again ? ' again' : ''}`),
      },
    });
    return { log, most, outcomes: few.map(({ id }) => outcomes.get(id)?.status) };
  }

  test('that crash are taken up N times with N retries; those that say why they failed are not', async () => {
    const crashes = {
      r0: ['crashed', 'crashed', 'crashed', 'crashed'],
      r1: ['failed'],
      r2: ['crashed', 'finished'],
    } as const;
    const { log, outcomes, most } = await pool(crashes, 1, 2);
    expect(outcomes).toEqual(['crashed', 'failed', 'finished']);
    const of = (n: string) => log.filter((line) => line.includes(n)).join(', ');
    const [again, over] = ['begun r0, step r0, crashed r0 again', 'begun r0, step r0, crashed r0'];
    expect(of('r0')).toBe([again, again, over].join(', '));
    expect(of('r1')).toBe('begun r1, step r1, failed r1');
    expect(of('r2')).toBe('begun r2, step r2, crashed r2 again, begun r2, step r2, finished r2');
    expect(most).toBe(1);
    expect((await pool({ r0: ['crashed'] }, 1, 0)).outcomes).toEqual(['crashed', 'finished', 'finished']);
  });

  test('are so many at once, and when they are told to stop nothing new is begun or tried again', async () => {
    expect((await pool({}, 2, 0)).most).toBe(2);
    const { log, outcomes } = await pool({ r0: ['crashed'], r1: ['stopped'] }, 2, 5, 'r0');
    expect(outcomes).toEqual(['crashed', 'stopped', undefined]);
    expect(log.filter((line) => line.startsWith('stop '))).toEqual(['stop r0', 'stop r1']);
    expect(log).not.toContain('begun r2');
    expect(log).toContain('crashed r0');
  });

  test('have every try on record, and end as they say or, without a word, as what killed them', async () => {
    const told: unknown[] = [];
    const observer = recorded(root, { ended: (...all) => told.push(all), warn: () => undefined });
    await observer.begun(few[0]!);
    await observer.ended(few[0]!, { status: 'crashed', reason: 'x' }, true);
    expect(told).toEqual([[few[0], { status: 'crashed', reason: 'x' }, true]]);
    const tries = await readAttempts(root, few[0]!.id);
    expect(tries.map(({ event, reason }) => [event, reason])).toEqual([
      ['begun', undefined],
      ['crashed', 'x'],
    ]);
    const ended = (status: 'finished' | 'paused' | 'killed') => outcomeOf({ type: 'ended', status });
    expect([ended('finished'), ended('paused'), ended('killed')].map((each) => each!.status)).toEqual([
      'finished',
      'paused',
      'stopped',
    ]);
    expect(outcomeOf({ type: 'failed', reason: 'NaN' })).toEqual({ status: 'failed', reason: 'NaN' });
    expect(outcomeOf({ type: 'warning', text: '' })).toBeUndefined();
    expect(crashOf('1\n2\n3\n4\n5\n6\n', 3, null).reason).toBe(
      'its process ended with code 3: 2\n3\n4\n5\n6',
    );
    expect(crashOf(' ', null, 'SIGTERM').reason).toBe('its process was killed by SIGTERM');
    expect(crashOf('', null, 'SIGKILL').reason).toMatch(/SIGKILL, as systems do that run out of memory$/);
  });

  test('are asked for with their recipe, their share of the machine, and the sweep as their parent', () => {
    const loading = { dataFolder: 'd', cacheBytes: 9e9, prefetch: 1, maxBadShare: 0 };
    const tracking = { wish: { mode: 'auto' as const }, delivery: undefined };
    const request = { runs: 'runs', engine: 'cpu', device: 'x', plugins: ['p.ts'], loading, tracking };
    const prepared = {
      request,
      expanded: { recipes: { [few[0]!.id]: 'text' } },
      share: { jobs: 2, threads: 3, cacheBytes: 5 },
    };
    const asked = trialRequest(
      prepared as never,
      { key: 'k', name: 's', recipeFolder: '/f' } as Sweep,
      few[0]!,
      'i',
      7,
    );
    expect(asked).toEqual({
      ...{
        recipe: '/f/s.yaml',
        text: 'text',
        as: { name: 's', id: 'i' },
        until: 7,
        set: [],
        data: [],
        engine: 'cpu',
        device: 'x',
      },
      ...{ runs: join(process.cwd(), 'runs'), plugins: [join(process.cwd(), 'p.ts')], threads: 3 },
      loading: { ...loading, dataFolder: join(process.cwd(), 'd'), cacheBytes: 5 },
      tracking: { ...tracking, wish: { mode: 'auto', parent: { key: 'k', name: 's' } } },
    });
  });
});

describe('jobs', () => {
  const job: TrialJob = {
    version: 1,
    key: 'k',
    name: 's',
    index: 0,
    id: 'r-0',
    hash: 'a'.repeat(64),
    recipe: 'x',
    recipeFolder: '/f',
  };

  test.each([
    [{}, true],
    [{ store: { type: 'mlflow', run: 'a-B_1' }, until: 1 }, true],
    [{ version: 2 }, false],
    [{ name: '../s' }, false],
    [{ name: '.s' }, false],
    [{ id: 'a/b' }, false],
    [{ id: 'a'.repeat(201) }, false],
    [{ hash: 'A'.repeat(64) }, false],
    [{ hash: 'a'.repeat(63) }, false],
    [{ until: 0 }, false],
    [{ index: -1 }, false],
    [{ store: { type: 'mlflow', run: 'a/b' } }, false],
    [{ code: 1 }, false],
  ])('with %j are taken: %s', (change, isOne) => {
    const data = { ...job, ...change };
    if (isOne) expect(checkJob(data)).toBe(data);
    else expect(() => checkJob(data)).toThrow('no trial of a sweep');
  });

  const sweep = {
    key: 'k',
    name: 's',
    recipeFolder: '/f',
    runs: [{ ...few[0]!, rungs: [5] }, few[1]!],
  } as unknown as Sweep;
  const taskOf = (run: SweepRun, until?: number): Task => ({ run, id: run.id, until });
  /** Redis and its queue as a table of jobs, and of what state each look finds them in; the last state stays. */
  function queueOf(states: Readonly<Record<string, string | string[]>>, of: Sweep = sweep) {
    const log: string[] = [];
    const jobs = new Map(Object.entries(states).map(([id, of]) => [id, [of].flat()]));
    const added: (readonly [string, TrialJob, object])[] = [];
    const progress = { messages: [{ type: 'step', step: 1, ms: 2 }] };
    const queue = {
      getJob: async (id: string) => {
        const all = jobs.get(id) ?? [];
        const state = all.length > 1 ? all.shift() : all[0];
        return (
          state && {
            ...{ progress, failedReason: 'why', getState: async () => state },
            ...{ isActive: async () => state === 'active', isCompleted: async () => state === 'completed' },
            remove: async () => void (log.push(`remove ${id}`), jobs.delete(id)),
          }
        );
      },
      add: async (...all: [string, TrialJob, { jobId: string }]) =>
        void (added.push(all), jobs.set(all[2].jobId, ['waiting'])),
      close: async () => void log.push('close'),
    };
    const redis = {
      del: async (key: string) => void log.push(`del ${key}`),
      set: async (key: string, _: string, __: string, seconds: number) =>
        void log.push(`set ${key} ${seconds}`),
      disconnect: () => void log.push('disconnect'),
    };
    return { log, jobs, added, queue: new SweepQueue(queue as never, redis as never, of, 1) };
  }

  test('are one to a run, and to its way to a rung, however often they are handed in', async () => {
    const [a, b] = few.map(({ hash }) => `k-${hash}`);
    expect([jobIdOf('k', few[0]!), jobIdOf('k', few[0]!, 5)]).toEqual([a, `${a}-5`]);
    const { queue, added, log } = queueOf(
      { [a!]: 'failed', [b!]: 'active' },
      { ...sweep, store: { type: 'mlflow', run: 'm' } },
    );
    await queue.submit([taskOf(few[0]!), taskOf(few[1]!), taskOf(few[2]!, 5)], ({ id }) => `of ${id}`, 3);
    expect(log).toEqual(['del bull:gan-trials:cancelled:k', `remove ${a}`]);
    const remembered = { removeOnComplete: { age: 86_400 }, removeOnFail: { age: 604_800 } };
    expect(added[0]).toEqual([
      's',
      {
        ...job,
        id: few[0]!.id,
        hash: few[0]!.hash,
        recipe: `of ${few[0]!.id}`,
        store: { type: 'mlflow', run: 'm' },
      },
      { jobId: a, attempts: 4, backoff: { type: 'fixed', delay: 1000 }, ...remembered },
    ]);
    expect(added[2]).toMatchObject(['s', { until: 5 }, { jobId: `k-${few[2]!.hash}-5` }]);
    await queue.close();
    expect(log.slice(-2)).toEqual(['close', 'disconnect']);
  });

  test('that nobody has begun are taken back; of the others their workers are asked to end them', async () => {
    const [a, b] = few.map(({ hash }) => `k-${hash}`);
    const { queue, log } = queueOf({ [`${a}-5`]: 'waiting', [a!]: 'completed', [b!]: 'active' });
    expect(await queue.withdraw()).toBe(1);
    expect(log).toEqual(['set bull:gan-trials:cancelled:k 604800', `remove ${a}-5`]);
  });

  test('are followed until all are over; what Redis has forgotten is handed in again', async () => {
    const folder = join(root, 'followed');
    const write = (run: SweepRun, entry: object): void => {
      mkdirSync(join(folder, run.id), { recursive: true });
      writeFileSync(join(folder, run.id, 'events.jsonl'), `${JSON.stringify({ time: 1, ...entry })}\n`);
    };
    write(few[0]!, { type: 'end', step: 1, status: 'finished' });
    const [a, b, c] = few.map((run) => jobIdOf('k', run));
    const { queue, jobs } = queueOf({ [a!]: ['active', 'active', 'completed'], [b!]: 'failed' });
    const log: string[] = [];
    const nth = ({ index }: SweepRun): string => `r${index}`;
    const observer = {
      begun: (run: SweepRun) => void log.push(`begun ${nth(run)}`),
      heard: (run: SweepRun, { type }: FromTrial) => void log.push(`${type} ${nth(run)}`),
      ended: (run: SweepRun, ...how: string[]) => void log.push(`${how.join(' ')} ${nth(run)}`),
      warn: (text: string) => void log.push(/here|forgotten/.exec(text)![0]),
    };
    const { signal } = new AbortController();
    let isAway = true;
    const again = async (lost: readonly Task[]) => {
      expect(lost.map(({ run }) => run)).toEqual([few[2]]);
      jobs.set(c!, ['waiting', 'completed']);
    };
    const fetch = async () => !isAway || (isAway = false);
    await queue.follow(
      folder,
      few.map((run) => taskOf(run)),
      signal,
      observer,
      { again, fetch },
    );
    const first = ['begun r0', 'step r0', 'step r1', 'forgotten'];
    const then = ['failed why r1', 'step r2', 'finished r0', 'here', 'finished r2'];
    expect(log.splice(0)).toEqual([...first, ...then]);
    // Forgotten, and there: over. At a rung that is its evaluation there.
    write(few[1]!, { type: 'evaluation', step: 5, metrics: {} });
    const tasks = [taskOf(few[0]!), taskOf(few[1]!, 5)];
    await queueOf({}).queue.follow(folder, tasks, signal, observer, { again, fetch });
    expect(log).toEqual(['finished r0', 'paused r1']);
  });

  test('end for good, for another try, or for another worker, by how their trial ended', () => {
    const kindOf = (status: Outcome['status'], cancelled = false): unknown => {
      try {
        return isDone({ status }, cancelled);
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    };
    expect(
      (['finished', 'paused', 'stopped', 'failed', 'crashed'] as const).map((status) => kindOf(status)),
    ).toEqual([true, true, false, 'UnrecoverableError: failed', 'Error: crashed']);
    expect(kindOf('stopped', true)).toBe('UnrecoverableError: cancelled');
  });

  test('are refused where the recipe is another one, and not done again where the result is there', async () => {
    const registry = shippedDefinitions();
    writeFileSync(join(root, 'tiny.yaml'), TINY_RECIPE);
    writeFileSync(
      join(root, 'a.yaml'),
      'name: a\nbase: ./tiny.yaml\nvary: { seed: { path: train.seed, values: [3] } }\n',
    );
    const { sweep: own, recipes } = await expandAblation(join(root, 'a.yaml'), { registry });
    const { id, hash } = own.runs[0]!;
    const data: TrialJob = { ...job, name: 'a', id, hash, recipe: recipes[id]!, recipeFolder: root };
    const perform = (change: Partial<TrialJob>) => {
      const fake = { data: { ...data, ...change }, id: 'j', stalledCounter: 0, attemptsMade: 0 };
      const begun = () => {
        throw new Error('begun');
      };
      const observer = { ready: begun, begun, ended: begun, warn: begun };
      const request = { runs: join(root, 'runs') } as WorkerRequest;
      return new Trial(
        fake as never,
        't',
        { exists: begun } as never,
        request,
        registry,
        new AbortController().signal,
        observer,
        new Map(),
      ).perform();
    };
    await expect(perform({ name: '../x' })).rejects.toThrow('Refused: This is no trial');
    await expect(perform({ hash: '0'.repeat(64) })).rejects.toThrow(/^Refused: Its recipe is another one/);
    const folder = join(root, 'runs', 'a', id);
    mkdirSync(folder, { recursive: true });
    const evaluation = (step: number, m: number) =>
      `${JSON.stringify({ time: 1, type: 'evaluation', step, metrics: { m } })}\n`;
    writeFileSync(join(folder, 'events.jsonl'), evaluation(2, 5) + evaluation(4, 6));
    expect(await perform({ until: 2 })).toEqual({ m: 5 });
    await expect(perform({ until: 3 })).rejects.toThrow('begun');
    writeFileSync(
      join(folder, 'events.jsonl'),
      `${evaluation(4, 6)}${JSON.stringify({ time: 2, type: 'end', step: 4, status: 'finished' })}\n`,
    );
    expect(await perform({})).toEqual({ m: 6 });
  });

  test('of a sweep are cancelled by its folder or by Redis, once', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const cancelled = vi.fn();
    const exists = vi
      .fn()
      .mockRejectedValueOnce(new Error('away'))
      .mockResolvedValueOnce(0)
      .mockResolvedValue(1);
    onCancelOf(root, { exists }, 'k', cancelled);
    for (const expected of [0, 0, 1, 1]) {
      vi.advanceTimersByTime(2000);
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(cancelled).toHaveBeenCalledTimes(expected);
    }
    expect(exists).toHaveBeenCalledWith('bull:gan-trials:cancelled:k');
  });
});
