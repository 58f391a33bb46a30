import { UnrecoverableError } from 'bullmq';
import { expect, test } from 'vitest';
import { runPool } from '../../src/sweep/pool.js';
import { checkJob, jobIdOf } from '../../src/sweep/queue/job.js';
import { SweepQueue } from '../../src/sweep/queue/submit.js';
import { isDone } from '../../src/sweep/queue/worker.js';
import type { Sweep, SweepRun } from '../../src/sweep/sweep.js';
import { crashOf, type Outcome, outcomeOf, type TrialProcess } from '../../src/sweep/trial-process.js';

const few = [0, 1, 2].map((i): SweepRun => ({ index: i, id: `r${i}`, hash: `${i}`.repeat(64), cells: [{}] }));

/** Does the runs, whose tries end as said; all are told to stop at the end of the run `stopAt`. */
async function pool(ends: Readonly<Record<string, string>>, jobs: number, retries: number, stopAt?: string) {
  const log: string[] = [];
  const controller = new AbortController();
  const left = new Map(Object.entries(ends).map(([id, text]) => [id, text.split(' ')]));
  let [alive, most] = [0, 0];
  await runPool(few, {
    ...{ jobs, retries, signal: controller.signal },
    start: ({ id }) => {
      most = Math.max(most, ++alive);
      const outcome = new Promise<Outcome>((resolve) =>
        setImmediate(() => {
          if (id === stopAt) controller.abort();
          alive--;
          resolve({ status: (left.get(id)?.shift() ?? 'finished') as Outcome['status'] });
        }),
      );
      return { stop: () => void log.push(`stop ${id}`), outcome } as unknown as TrialProcess;
    },
    observer: {
      onStart: async () => undefined,
      onMessage: () => undefined,
      onEnd: async ({ id }, { status }, again) => void log.push(`${status} ${id}${again ? ' again' : ''}`),
    },
  });
  return { log, most };
}

test('trials that crash are taken up N times with N retries; those that say why they failed are not', async () => {
  const ends = { r0: 'crashed crashed crashed crashed', r1: 'failed', r2: 'crashed' };
  const { log, most } = await pool(ends, 1, 2);
  const again = ['crashed r0 again', 'crashed r0 again', 'crashed r0'];
  expect(log).toEqual([...again, 'failed r1', 'crashed r2 again', 'finished r2']);
  expect(most).toBe(1);
  expect((await pool({ r0: 'crashed' }, 2, 0)).log).toContain('crashed r0');
});

test('so many trials run at once, and when they are told to stop nothing new is begun or tried again', async () => {
  expect((await pool({}, 2, 0)).most).toBe(2);
  const { log } = await pool({ r0: 'crashed', r1: 'stopped' }, 2, 5, 'r0');
  expect(log).toEqual(['stop r0', 'stop r1', 'crashed r0', 'stopped r1']);
});

test('a trial has ended as it says or, without a word, as what killed it', () => {
  const statuses = ['finished', 'paused', 'killed'] as const;
  const ends = statuses.map((status) => outcomeOf({ type: 'ended', status }));
  expect(ends.map((outcome) => outcome!.status)).toEqual(['finished', 'paused', 'stopped']);
  expect(outcomeOf({ type: 'failed', reason: 'NaN' })).toEqual({ status: 'failed', reason: 'NaN' });
  expect(outcomeOf({ type: 'warning', text: '' })).toBeUndefined();
  expect(crashOf('1\n2\n3\n4\n5\n6\n', 3, null).reason).toBe('its process ended with code 3: 2\n3\n4\n5\n6');
  expect(crashOf('', null, 'SIGKILL').reason).toMatch(/SIGKILL, as systems do that run out of memory$/);
});

const recipe = { recipe: 'x', recipeFolder: '/f' };
const job = { version: 1, key: 'k', name: 's', index: 0, id: 'r0', hash: few[0]!.hash, ...recipe };
test.each([
  [{ store: { type: 'mlflow', run: 'a-B_1' }, until: 1 }, true],
  [{ version: 2 }, false],
  [{ name: '../s' }, false],
  [{ id: 'a/b' }, false],
  [{ hash: 'A'.repeat(64) }, false],
  [{ hash: '0'.repeat(63) }, false],
  [{ until: 0 }, false],
  [{ index: -1 }, false],
  [{ store: { type: 'mlflow', run: 'a/b' } }, false],
  [{ code: 1 }, false],
])('a job with %j is taken: %s', (change, isOne) => {
  if (isOne) expect(checkJob({ ...job, ...change })).toMatchObject(change);
  else expect(() => checkJob({ ...job, ...change })).toThrow('no trial of a sweep');
});

const store = { type: 'mlflow', run: 'm' };
const sweep = { key: 'k', name: 's', recipeFolder: '/f', store } as unknown as Sweep;
test('jobs are one to a run, and to its way to a rung, however often they are handed in', async () => {
  const [a, b, c] = few.map((run) => jobIdOf('k', run)) as [string, string, string];
  expect([a, jobIdOf('k', few[0]!, 5)]).toEqual([`k-${few[0]!.hash}`, `k-${few[0]!.hash}-5`]);
  const log: unknown[] = [];
  const states: Readonly<Record<string, string>> = { [a]: 'failed', [b]: 'active' };
  const getJob = async (id: string) =>
    states[id] && { getState: async () => states[id], remove: async () => log.push(`remove ${id}`) };
  const add = async (...all: unknown[]) => log.push(all);
  const redis = { del: async (key: string) => log.push(`del ${key}`) };
  const queue = new SweepQueue({ getJob, add } as never, redis as never, sweep);
  const tasks = [...few, few[2]!].map((run, i) => ({ run, id: run.id, until: i === 3 ? 5 : undefined }));
  await queue.submit(tasks, ({ id }) => `of ${id}`, 3);
  const remembered = { removeOnComplete: { age: 86_400 }, removeOnFail: { age: 604_800 } };
  const options = { jobId: a, attempts: 4, backoff: { type: 'fixed', delay: 1000 }, ...remembered };
  const first = ['s', { ...job, recipe: 'of r0', store }, options];
  expect(log.slice(0, 3)).toEqual(['del bull:gan-trials:cancelled:k', `remove ${a}`, first]);
  expect(log.at(-1)).toMatchObject(['s', { until: 5 }, { jobId: `${c}-5` }]);
  expect(log).toHaveLength(6);
});

test('a job is done for good, for another try, or for another worker, by how its trial ended', () => {
  type Status = Outcome['status'];
  const done = (status: Status, cancelled = false) => isDone.bind(undefined, { status }, cancelled);
  expect([done('finished')(), done('paused')(), done('stopped')()]).toEqual([true, true, false]);
  expect(done('stopped', true)).toThrow(new UnrecoverableError('cancelled'));
  expect(done('failed')).toThrow(UnrecoverableError);
  expect(done('crashed')).not.toThrow(UnrecoverableError);
});
