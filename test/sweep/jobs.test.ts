import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnrecoverableError } from 'bullmq';
import { afterAll, expect, test } from 'vitest';
import type { FromTrial } from '../../src/sweep/messages.js';
import { runPool } from '../../src/sweep/pool.js';
import { checkJob, jobIdOf, type TrialJob } from '../../src/sweep/queue/job.js';
import { SweepQueue } from '../../src/sweep/queue/submit.js';
import { isDone } from '../../src/sweep/queue/worker.js';
import type { Task } from '../../src/sweep/round.js';
import type { Sweep, SweepRun } from '../../src/sweep/sweep.js';
import { crashOf, type Outcome, outcomeOf, type TrialProcess } from '../../src/sweep/trial-process.js';

const root = mkdtempSync(join(tmpdir(), 'gan-jobs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const few = [0, 1, 2].map((i): SweepRun => ({ index: i, id: `r${i}`, hash: `${i}`.repeat(64), cells: [{}] }));
const nth = ({ index }: SweepRun): string => `r${index}`;

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
      const ended = new Promise<Outcome>((resolve) =>
        setImmediate(() => {
          if (id === stopAt) controller.abort();
          alive--;
          resolve({ status: (left.get(id)?.shift() ?? 'finished') as Outcome['status'] });
        }),
      );
      return { stop: () => void log.push(`stop ${id}`), ended } as unknown as TrialProcess;
    },
    observer: {
      begun: async () => undefined,
      heard: () => undefined,
      ended: async ({ id }, { status }, again) => void log.push(`${status} ${id}${again ? ' again' : ''}`),
    },
  });
  return { log, most };
}

test('trials that crash are taken up N times with N retries; those that say why they failed are not', async () => {
  const { log, most } = await pool(
    { r0: 'crashed crashed crashed crashed', r1: 'failed', r2: 'crashed' },
    1,
    2,
  );
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
  const ends = (['finished', 'paused', 'killed'] as const).map((status) =>
    outcomeOf({ type: 'ended', status }),
  );
  expect(ends.map((outcome) => outcome!.status)).toEqual(['finished', 'paused', 'stopped']);
  expect(outcomeOf({ type: 'failed', reason: 'NaN' })).toEqual({ status: 'failed', reason: 'NaN' });
  expect(outcomeOf({ type: 'warning', text: '' })).toBeUndefined();
  expect(crashOf('1\n2\n3\n4\n5\n6\n', 3, null).reason).toBe('its process ended with code 3: 2\n3\n4\n5\n6');
  expect(crashOf(' ', null, 'SIGTERM').reason).toBe('its process was killed by SIGTERM');
  expect(crashOf('', null, 'SIGKILL').reason).toMatch(/SIGKILL, as systems do that run out of memory$/);
});

const job = {
  version: 1,
  key: 'k',
  name: 's',
  index: 0,
  id: 'r0',
  hash: few[0]!.hash,
  recipe: 'x',
  recipeFolder: '/f',
};
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

const runs = [{ ...few[0]!, rungs: [5] }, few[1]!];
const sweep = {
  key: 'k',
  name: 's',
  recipeFolder: '/f',
  runs,
  store: { type: 'mlflow', run: 'm' },
} as unknown as Sweep;
const taskOf = (run: SweepRun, until?: number): Task => ({ run, id: run.id, until });
const ids = few.map((run) => jobIdOf('k', run)) as [string, string, string];
/** Redis and its queue as a table of jobs, and of the states that looks find them in; the last one stays. */
function queueOf(states: Readonly<Record<string, string>>) {
  const log: string[] = [];
  const jobs = new Map(Object.entries(states).map(([id, text]) => [id, text.split(' ')]));
  const added: [string, TrialJob, { jobId: string }][] = [];
  const progress = { messages: [{ type: 'step', step: 1, ms: 2 }] };
  const getJob = async (id: string) => {
    const all = jobs.get(id) ?? [];
    const state = all.length > 1 ? all.shift() : all[0];
    const is = (other: string) => async () => state === other;
    const remove = async () => void log.push(`remove ${id}`);
    const asked = {
      getState: async () => state,
      isActive: is('active'),
      isCompleted: is('completed'),
      remove,
    };
    return state && { progress, failedReason: 'why', ...asked };
  };
  const redis = {
    del: async (key: string) => void log.push(`del ${key}`),
    set: async (...all: unknown[]) => void log.push(`set ${String(all[0])} ${String(all[3])}`),
  };
  const add = async (...all: (typeof added)[number]) => void added.push(all);
  return { log, jobs, added, queue: new SweepQueue({ getJob, add } as never, redis as never, sweep, 1) };
}

test('jobs are one to a run, and to its way to a rung, however often they are handed in', async () => {
  expect([ids[0], jobIdOf('k', few[0]!, 5)]).toEqual([`k-${few[0]!.hash}`, `k-${few[0]!.hash}-5`]);
  const { queue, added, log } = queueOf({ [ids[0]]: 'failed', [ids[1]]: 'active' });
  await queue.submit([taskOf(few[0]!), taskOf(few[1]!), taskOf(few[2]!, 5)], ({ id }) => `of ${id}`, 3);
  expect(log).toEqual(['del bull:gan-trials:cancelled:k', `remove ${ids[0]}`]);
  const remembered = { removeOnComplete: { age: 86_400 }, removeOnFail: { age: 604_800 } };
  const options = { jobId: ids[0], attempts: 4, backoff: { type: 'fixed', delay: 1000 }, ...remembered };
  expect(added[0]).toEqual(['s', { ...job, recipe: 'of r0', store: sweep.store }, options]);
  expect(added[2]).toMatchObject(['s', { until: 5 }, { jobId: `${ids[2]}-5` }]);
});

test('jobs that nobody has begun are taken back; of the others their workers are asked to end them', async () => {
  const { queue, log } = queueOf({ [`${ids[0]}-5`]: 'waiting', [ids[0]]: 'completed', [ids[1]]: 'active' });
  expect(await queue.withdraw()).toBe(1);
  expect(log).toEqual(['set bull:gan-trials:cancelled:k 604800', `remove ${ids[0]}-5`]);
});

test('jobs are followed until all are over; what Redis has forgotten is handed in again', async () => {
  const write = ({ id }: SweepRun, entry: object): void => {
    mkdirSync(join(root, id), { recursive: true });
    writeFileSync(join(root, id, 'events.jsonl'), `${JSON.stringify({ time: 1, ...entry })}\n`);
  };
  write(few[0]!, { type: 'end', step: 1, status: 'finished' });
  const { queue, jobs } = queueOf({ [ids[0]]: 'active active completed', [ids[1]]: 'failed' });
  const log: string[] = [];
  const observer = {
    begun: (run: SweepRun) => void log.push(`begun ${nth(run)}`),
    heard: (run: SweepRun, { type }: FromTrial) => void log.push(`${type} ${nth(run)}`),
    ended: (run: SweepRun, ...how: string[]) => void log.push(`${how.join(' ')} ${nth(run)}`),
    warn: (text: string) => void log.push(/here|forgotten/.exec(text)![0]),
  };
  const { signal } = new AbortController();
  let isAway = true;
  const again = async ([lost, ...more]: readonly Task[]) => {
    expect([lost!.run, more]).toEqual([few[2], []]);
    jobs.set(ids[2], ['waiting', 'completed']);
  };
  const actions = { again, fetch: async () => !isAway || (isAway = false) };
  const tasks = few.map((run) => taskOf(run));
  await queue.follow(root, tasks, signal, observer, actions);
  const first = ['begun r0', 'step r0', 'step r1', 'forgotten'];
  expect(log.splice(0)).toEqual([...first, 'failed why r1', 'step r2', 'finished r0', 'here', 'finished r2']);
  // Forgotten, and there: over. At a rung that is its evaluation there.
  write(few[1]!, { type: 'evaluation', step: 5, metrics: {} });
  await queueOf({}).queue.follow(root, [taskOf(few[0]!), taskOf(few[1]!, 5)], signal, observer, actions);
  expect(log).toEqual(['finished r0', 'paused r1']);
});

test('a job is done for good, for another try, or for another worker, by how its trial ended', () => {
  const done =
    (status: Outcome['status'], cancelled = false) =>
    () =>
      isDone({ status }, cancelled);
  expect([done('finished')(), done('paused')(), done('stopped')()]).toEqual([true, true, false]);
  expect(done('stopped', true)).toThrow(new UnrecoverableError('cancelled'));
  expect(done('failed')).toThrow(UnrecoverableError);
  expect(done('crashed')).not.toThrow(UnrecoverableError);
});
