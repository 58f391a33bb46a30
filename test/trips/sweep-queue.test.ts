import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { connectRedis, publicAddress } from '../../src/sweep/queue/connection.js';
import { QUEUE } from '../../src/sweep/queue/job.js';
import { gan, startGan } from '../support/gan.js';
import { Gate } from '../support/gate.js';
import { hasRedis, RedisServer } from '../sweep/support/redis.js';
import { hasSaved, runsOf, until, weightsOf, workplace } from '../sweep/support/workplace.js';

const root = mkdtempSync(join(tmpdir(), 'gan-queue-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SEEDS = (count: number): string =>
  `vary:\n  seed: { path: train.seed, values: [${Array.from({ length: count }, (_, i) => i + 1).join(', ')}] }\n`;
const STEPS = ['--steps', '60'];

const began: ChildProcess[] = [];
afterEach(() => {
  for (const child of began.splice(0)) child.kill('SIGKILL');
});

test('an address is shown without its password', () => {
  expect(publicAddress('redis://me:secret@host:6379/1')).toBe('redis://me@host:6379/1');
  expect(publicAddress('rediss://:secret@host')).toBe('rediss://host');
  expect(publicAddress('redis://host')).toBe('redis://host');
});

describe.skipIf(!hasRedis)('trials by way of Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
  });
  afterAll(() => redis.end());

  /** Seconds. */
  const LOCK = 2;
  const worker = (cwd: string, more: readonly string[] = [], gate?: Gate) => {
    const started = startGan(
      cwd,
      ['worker', '--queue', redis.url, '--lock', String(LOCK), ...more],
      gate?.env,
    );
    began.push(started.child);
    return started;
  };
  /** Milliseconds for which a trial that is at work is still a worker's; -1: it is nobody's. */
  async function timeOfLock(): Promise<number> {
    const connection = await connectRedis(redis.url);
    const [key] = await connection.keys(`bull:${QUEUE}:*:lock`);
    const left = key === undefined ? -1 : await connection.pttl(key);
    connection.disconnect();
    return left;
  }

  test('a worker killed in the middle: another one goes on, and the result is the same, once', async () => {
    const cwd = workplace(join(root, 'killed'), { alone: SEEDS(1), shared: SEEDS(1) }, { held: true });
    const whole = gan(cwd, 'sweep', 'alone.yaml', ...STEPS);
    expect((await whole).code).toBe(0);
    const gate = new Gate(cwd, 'shared');
    const first = worker(cwd, [], gate);
    const sweep = startGan(cwd, ['sweep', 'shared.yaml', ...STEPS, '--queue', redis.url]);
    began.push(sweep.child);
    await until(() => hasSaved(cwd, 'shared', 2));
    // So long at most will nobody else take it.
    let left = -1;
    await expect.poll(async () => (left = await timeOfLock())).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(LOCK * 1000);
    first.child.kill('SIGKILL');
    await first.ended;
    gate.open();
    const attempts = () => {
      const folder = join(cwd, 'runs', 'shared', 'attempts');
      return readdirSync(folder).flatMap((file) =>
        readFileSync(join(folder, file), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as { readonly event: string }),
      );
    };
    worker(cwd, ['--drain']);
    const { code } = await sweep.ended;
    expect(code).toBe(0);
    // More often where a worker stands still for longer than its lock is good for.
    expect(attempts().filter(({ event }) => event === 'begun').length).toBeGreaterThan(1);
    expect(attempts().filter(({ event }) => event === 'finished')).toHaveLength(1);
    expect(Object.values(weightsOf(cwd, 'shared', 60))).toEqual(Object.values(weightsOf(cwd, 'alone', 60)));
    const [id] = runsOf(cwd, 'shared');
    const journal = readFileSync(join(cwd, 'runs', 'shared', id!, 'events.jsonl'), 'utf8');
    expect(journal).toContain('"type":"resume"');
    expect(journal.match(/"status":"finished"/g)).toHaveLength(1);
  });

  test('a worker that is told to stop gives its trial back', async () => {
    const cwd = workplace(join(root, 'stopped'), { given: SEEDS(1) }, { held: true });
    const gate = new Gate(cwd, 'given');
    const first = worker(cwd, [], gate);
    const sweep = await gan(cwd, 'sweep', 'given.yaml', ...STEPS, '--queue', redis.url, '--detach');
    expect(sweep.code).toBe(0);
    expect(sweep.stdout).toContain('gan sweep status');
    await until(() => hasSaved(cwd, 'given', 2));
    first.child.kill('SIGTERM');
    await until(() => first.readStderr().includes('Stopping'));
    gate.open();
    const { code, stderr } = await first.ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/given\/1?.* stopped/);
    expect((await worker(cwd, ['--drain']).ended).code).toBe(0);
    expect((await gan(cwd, 'sweep', 'status', 'given')).stdout).toContain('1 done');
  });

  test('nothing of a job is taken on trust', async () => {
    const cwd = workplace(join(root, 'hostile'), {});
    const connection = await connectRedis(redis.url);
    const queue = new Queue(QUEUE, { connection });
    const job = {
      version: 1,
      key: 'k',
      name: 'x',
      index: 0,
      id: 'seed-1-0123456789',
      hash: '0'.repeat(64),
      recipe: readFileSync(join(workplace(join(root, 'hostile'), {}), 'tiny.yaml'), 'utf8'),
      recipeFolder: cwd,
    };
    await queue.add('x', { ...job, name: '../../escape' }, { jobId: 'a' });
    await queue.add('x', { ...job, recipe: 'networks: !!js/function "x"' }, { jobId: 'b' });
    await queue.add('x', job, { jobId: 'c' });
    await queue.add('x', { ...job, code: 'process.exit()' }, { jobId: 'd' });
    expect((await worker(cwd, ['--drain']).ended).code).toBe(0);
    const reasons = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (id) => (await queue.getJob(id))!.failedReason),
    );
    expect(reasons[0]).toContain('no trial of a sweep');
    expect(reasons[1]).toContain('Refused');
    expect(reasons[2]).toContain('another one than its checksum says');
    expect(reasons[3]).toContain('no trial of a sweep');
    expect(existsSync(join(cwd, 'runs'))).toBe(false);
    await queue.obliterate({ force: true });
    await queue.close();
    connection.disconnect();
  });
});
