import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Course } from '../../../src/core/course.js';
import { durationText } from '../../../src/cli/cost.js';
import { checkpointsKept, knownDuration } from '../../../src/runs/duration/estimate.js';
import { Pace } from '../../../src/runs/duration/pace.js';
import { keepRate, knownRate, rateKey } from '../../../src/runs/duration/rates.js';
import { planOf, TINY_RECIPE } from '../../support/plan.js';
import { startGan } from '../../support/gan.js';

const ENGINE = { engine: 'cpu', threads: 2 };
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'rates-'));
  vi.stubEnv('GAN_CACHE_FOLDER', cache);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

describe('rates of steps', () => {
  test('are of whatever makes a step take longer, and of nothing else', async () => {
    const key = async (...set: string[]) => rateKey(await planOf(TINY_RECIPE, set), ENGINE);
    const plain = await key();
    for (const same of [
      'train.seed=2',
      'game.updates.G.losses.l1.weight=1',
      'optimizer.learning_rate=1',
      'name=other',
    ])
      expect(await key(same), same).toBe(plain);
    for (const other of [
      'train.batch=1',
      'networks.D.filters=8',
      'networks.G.decoder.d2.dropout=0',
      'networks.G.ema=0.9',
      'game.updates.G.losses.l1.weight=0',
      'game.updates.G.every=2 steps',
      'game.play=[[D, G]]',
      'optimizer.type=sgd',
    ])
      expect(await key(other), other).not.toBe(plain);
    const plan = await planOf(TINY_RECIPE);
    expect(rateKey(plan, { ...ENGINE, threads: 1 })).not.toBe(plain);
    expect(rateKey(plan, { ...ENGINE, device: 'webgpu' })).not.toBe(plain);
  });

  test('are kept, and a file that is no rate is none', async () => {
    const plan = await planOf(TINY_RECIPE);
    expect(await knownRate(plan, ENGINE)).toBeUndefined();
    await keepRate(plan, ENGINE, { seconds: 0.5, steps: 10 });
    expect(await knownRate(plan, ENGINE)).toMatchObject({ seconds: 0.5, steps: 10 });
    expect(await knownRate(plan, { ...ENGINE, threads: 1 })).toBeUndefined();
    const [file = ''] = await readdir(join(cache, 'rates'));
    for (const broken of ['', '{"seconds": "1"}', 'null']) {
      await writeFile(join(cache, 'rates', file), broken);
      expect(await knownRate(plan, ENGINE)).toBeUndefined();
    }
  });

  test('come of a run’s steps without the first, where there are enough', async () => {
    const plan = await planOf(TINY_RECIPE, ['train.batch=3']);
    const played = async (times: readonly number[]) => {
      const pace = new Pace(ENGINE);
      for (const ms of times) pace.step(plan, { ms });
      await pace.keep();
      return knownRate(plan, ENGINE);
    };
    expect(await played([900, 900, 900, 64, 64, 64, 64])).toBeUndefined();
    expect(await played([900, 900, 900, 64, 64, 64, 64, 64])).toMatchObject({ seconds: 0.064, steps: 5 });
  });

  test('make a duration, phase by phase, of what is left', async () => {
    const plans = [
      await planOf(TINY_RECIPE, ['train.batch=5']),
      await planOf(TINY_RECIPE, ['train.batch=6']),
    ];
    const stretch = (i: number, from: number, to: number) => ({
      from,
      to,
      stepsPerEpoch: 10,
      phase: { id: `p${i}`, for: '1 epoch', plan: plans[i]!, restarted: new Set<string>() },
    });
    const course = new Course([stretch(0, 0, 10), stretch(1, 10, 40)]);
    await keepRate(plans[0]!, ENGINE, { seconds: 1, steps: 9 });
    expect(await knownDuration(course, 0, ENGINE)).toBeUndefined();
    await keepRate(plans[1]!, ENGINE, { seconds: 2, steps: 9 });
    expect((await knownDuration(course, 0, ENGINE))?.seconds).toBe(10 + 60);
    expect((await knownDuration(course, 15, ENGINE))?.seconds).toBe(50);
  });
});

test.each([
  ['10 steps', 3, 3],
  ['10 steps', 'all', 10],
  ['60 steps', 3, 2],
  ['1000 steps', 3, 1],
  ['2 epochs', 'all', 5],
] as const)('a checkpoint every %s, %s kept, of 100 steps: %i at the end', (every, keep, count) => {
  const course = new Course([{ from: 0, to: 100, stepsPerEpoch: 10 }]);
  expect(checkpointsKept({ every, keep }, course)).toBe(count);
});

test('a duration says when it will be over, and how it is known', () => {
  const now = new Date(2026, 0, 5, 22, 30);
  expect(durationText({ seconds: 60 }, 120, now)).toBe(
    'about 1m (until 22:31), 500ms a step, a first guess from a single convolution',
  );
  expect(durationText({ seconds: 7200, known: { time: now.getTime() - 86_400_000 } }, 7200, now)).toBe(
    'about 2h (until Tue 6 Jan 00:30), 1s a step, as measured 1d ago',
  );
});

describe('gan plan', () => {
  test('counts data, steps and disk, times steps when asked, and knows it then', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'plan-'));
    const text = TINY_RECIPE.replace('for: 6 steps', 'for: 2 epochs').replace(
      'size: 16,',
      'size: 16, train: 8, val: 3,',
    );
    await writeFile(join(folder, 'tiny.yaml'), text);
    const plan = async (...flags: string[]) =>
      (
        await startGan(folder, ['plan', 'tiny.yaml', '--engine', 'cpu', ...flags], {
          GAN_CACHE_FOLDER: join(folder, 'cache'),
        }).ended
      ).stdout;
    const before = await plan();
    expect(before).toContain('  data pairs  8 train, 3 val (synthetic-maps)\n');
    expect(before).toContain('  steps       8 (2 epochs), of batches of 2\n');
    expect(before).toMatch(/ {2}disk {8}2 checkpoints of [0-9.]+ kB: [0-9.]+ kB; .* free here\n/);
    expect(before).toContain('  time        not known yet: --measure times a few steps');
    expect(await plan('--measure')).toMatch(
      / {2}time {8}about .* \(until .*\), .* a step, as just measured\n/,
    );
    expect(await plan()).toMatch(/ {2}time {8}about .* a step, as /);
    // Other data than there is: what can be said is said.
    const without = await plan('--set', 'data.pairs={ type: side-by-side, path: nowhere }');
    expect(without).toContain('of batches of 2; an epoch is as long as the data');
    expect(without).toMatch(/data pairs .*no folder .*nowhere/);
    await rm(folder, { recursive: true });
  });
});
