import { NonFinite } from '../../../src/core/non-finite.js';
import { describe, expect, test } from 'vitest';
import type { Diversity, RunEvent } from '../../../src/core/events.js';
import { evaluation, monitorOf, start, step, steps, findingsOf } from './support.js';

const sample = (n: number, made: number, real?: number): RunEvent => {
  const diversity: Diversity = { made, ...(real === undefined ? {} : { real }) };
  return { type: 'sample', step: n, file: `samples/step-${n}.png`, diversity: { fake: diversity } };
};

test('a run that does well hears nothing', async () => {
  const monitor = await monitorOf(4000);
  expect(findingsOf(monitor, [start])).toEqual([]);
  for (let n = 1; n <= 4000; n++) {
    // A schedule's last step, an evaluation that wobbles about what it has come to, a picture now and then.
    const learningRates = n === 4000 ? { D: 0, G: 0 } : { D: 2e-4, G: 2e-4 };
    expect(findingsOf(monitor, [step(n, { learningRates })])).toEqual([]);
    if (n % 100 === 0) {
      const value = 10 + 20 * Math.exp(-n / 500) + Math.sin(n * n);
      expect(findingsOf(monitor, [evaluation(n, value), sample(n, 20 + 5 * Math.sin(n), 40)])).toEqual([]);
    }
  }
});

describe('a discriminator that won', () => {
  const won = (n: number) =>
    step(n, {
      losses: { 'D/adversarial/real': 1e-3, 'D/adversarial/fake': 2e-3, 'G/adversarial': 9 },
    });

  test('is told once, with how many decisions are right at the least', async () => {
    const monitor = await monitorOf(2000);
    expect(findingsOf(monitor, steps(1, 199, won))).toEqual([]);
    const [news, ...rest] = findingsOf(monitor, steps(200, 2000, won));
    expect(rest).toEqual([]);
    expect(news).toMatchObject({
      type: 'health',
      step: 200,
      check: 'discriminator-won',
      subject: 'D/adversarial',
      level: 'warning',
    });
    // 1 - 0.001 / ln 2 and 1 - 0.002 / ln 2.
    expect(news!.evidence).toContain('at least 99.9 % of real ones and 99.7 % of fakes');
    expect(news!.evidence).toContain('G/adversarial stands at 9');
    expect(news!.remedy).toContain('game.updates.D.optimizer.learning_rate');
  });

  test('only for a while is no news', async () => {
    const monitor = await monitorOf(2000);
    const spells = steps(1, 2000, (n) => (n % 300 < 150 ? won(n) : step(n)));
    expect(findingsOf(monitor, spells)).toEqual([]);
  });

  test('of real ones alone has not won', async () => {
    const lazy = (n: number) =>
      step(n, { losses: { 'D/adversarial/real': 1e-4, 'D/adversarial/fake': 0.7, 'G/adversarial': 0.7 } });
    expect(findingsOf(await monitorOf(1000), steps(1, 1000, lazy))).toEqual([]);
  });

  test('is judged by the long run where the run is long', async () => {
    const monitor = await monitorOf(40_000);
    expect(findingsOf(monitor, steps(1, 1999, won))).toEqual([]);
    expect(findingsOf(monitor, steps(2000, 2000, won))).toHaveLength(1);
  });

  test('with smoothed labels, though its loss never comes near 0', async () => {
    const smoothing = ['game.updates.D.losses.adversarial.label_smoothing=0.1'];
    const least = -0.1 * Math.log(0.1) - 0.9 * Math.log(0.9);
    const sure = (n: number) =>
      step(n, { losses: { 'D/adversarial/real': least + 1e-3, 'D/adversarial/fake': 1e-3 } });
    const news = findingsOf(await monitorOf(1000, ...smoothing), steps(1, 1000, sure));
    expect(news.map(({ check }) => check)).toEqual(['discriminator-won']);
    expect(findingsOf(await monitorOf(1000), steps(1, 1000, sure))).toEqual([]);
  });
});

describe('a generator that collapsed', () => {
  test('is told at the second such sample, once', async () => {
    const monitor = await monitorOf(5000);
    expect(findingsOf(monitor, [sample(500, 30, 40), sample(1000, 2, 40)])).toEqual([]);
    const [news, ...rest] = findingsOf(monitor, [sample(1500, 1.5, 40), sample(2000, 1, 40)]);
    expect(rest).toEqual([]);
    expect(news).toMatchObject({ check: 'generator-collapsed', subject: 'fake', step: 1500 });
    expect(news!.evidence).toContain('differ by 1.5 of 255 on average, where real ones differ by 40');
  });

  test('without references is one whose pictures are all alike', async () => {
    const monitor = await monitorOf(5000);
    expect(findingsOf(monitor, [sample(500, 8), sample(1000, 5), sample(1500, 2)])).toEqual([]);
    expect(findingsOf(monitor, [sample(2000, 0.3), sample(2500, 0.2)])).toHaveLength(1);
  });

  test('is not one that has only begun to learn', async () => {
    const monitor = await monitorOf(5000);
    expect(findingsOf(monitor, [sample(50, 0.1, 40), sample(100, 0.2, 40), sample(150, 1, 40)])).toEqual([]);
    expect(findingsOf(monitor, [sample(200, 12, 40), sample(250, 20, 40)])).toEqual([]);
  });

  test('may be one that never was diverse, when it has had its time', async () => {
    const monitor = await monitorOf(5000);
    expect(findingsOf(monitor, [sample(400, 0, 40), sample(800, 0, 40)])).toEqual([]);
    expect(findingsOf(monitor, [sample(1200, 0, 40)])).toHaveLength(1);
  });
});

describe('a loss that is no number', () => {
  const broken = {
    type: 'non-finite',
    step: 101,
    found: new NonFinite(101, 'loss', 'G/total', NaN),
    rollbacks: 0,
    outcome: 'The run stops.',
  } as const;

  test('that blew up', async () => {
    const monitor = await monitorOf(1000);
    const blown = (n: number) => step(n, { losses: { 'G/total': n < 95 ? 10 : 10 ** (n - 90) } });
    findingsOf(monitor, steps(1, 100, blown));
    const [news] = findingsOf(monitor, [broken]);
    expect(news).toMatchObject({ check: 'non-finite-loss', level: 'error', step: 101 });
    expect(news!.text).toBe('Loss G/total is NaN in step 101. The run stops.');
    expect(news!.evidence).toMatch(/^It had been blowing up\..* the last one 1\.0e\+10\.$/);
    expect(news!.remedy).toMatch(/^Lower the learning rate/);
  });

  test('that came suddenly', async () => {
    const monitor = await monitorOf(1000);
    findingsOf(monitor, steps(1, 100));
    const [news] = findingsOf(monitor, [broken]);
    expect(news!.evidence).toMatch(/^It came suddenly\./);
    expect(news!.remedy).toMatch(/^Look at the data of that step/);
  });

  test('in the first step', async () => {
    expect(findingsOf(await monitorOf(9), [broken])[0]!.evidence).toContain('No step had a value');
  });
});

describe('validation', () => {
  const trained = (n: number): RunEvent => step(n);
  function* run(values: readonly number[], metric?: string) {
    for (const [i, value] of values.entries()) {
      yield* steps(i * 100 + 1, i * 100 + 100, trained);
      yield evaluation((i + 1) * 100, value, metric);
    }
  }

  test('that worsens while training goes on improving is overfitting, told once', async () => {
    const [news, ...rest] = findingsOf(
      await monitorOf(2000),
      run([30, 22, 18, 16, 17, 18, 19.5, 21, 22, 23, 24]),
    );
    expect(rest).toEqual([]);
    expect(news!.text).toBe(
      'val/l1 has been worsening since epoch 4, while training goes on improving: overfitting.',
    );
    expect(news!.evidence).toMatch(
      /^It was 16 then, and 18, 19\.5, 21 in the last 3 evaluations; G\/l1 fell/,
    );
    expect(news!.step).toBe(800);
  });

  test('of a metric of which more is better', async () => {
    const news = findingsOf(await monitorOf(2000), run([10, 14, 18, 20, 18, 17, 16, 15], 'val/psnr'));
    expect(news).toHaveLength(1);
    expect(news[0]!.text).toMatch(/^val\/psnr has been worsening since epoch 4/);
    expect(findingsOf(await monitorOf(2000), run([20, 18, 16, 15, 16, 17, 18, 19], 'val/l1'))).toHaveLength(
      1,
    );
    expect(findingsOf(await monitorOf(2000), run([10, 12, 14, 15, 16, 17, 18, 19], 'val/psnr'))).toEqual([]);
  });

  test('that goes up and down, or has come to rest, is well', async () => {
    const noisy = [30, 20, 26, 18, 24, 19, 25, 17.9, 24, 19, 26, 20];
    expect(findingsOf(await monitorOf(2000), run(noisy))).toEqual([]);
    const resting = [30, 20, 15, 15, 15.1, 15.2, 15.1, 15.2, 15.2, 15.1];
    expect(findingsOf(await monitorOf(2000), run(resting))).toEqual([]);
  });

  test('that nobody knows the direction of is left alone', async () => {
    expect(findingsOf(await monitorOf(2000), run([1, 2, 3, 4, 5, 6, 7], 'val/mystery'))).toEqual([]);
  });
});

test('a learning rate of 0 is told per update, when it is no schedule’s end', async () => {
  const monitor = await monitorOf(1000);
  const still = (n: number) => step(n, { learningRates: { D: 2e-4, G: 0 } });
  expect(findingsOf(monitor, [...steps(1, 50), ...steps(51, 60, still), ...steps(61, 70)])).toEqual([]);
  const [news, ...rest] = findingsOf(monitor, steps(71, 1000, still));
  expect(rest).toEqual([]);
  expect(news).toMatchObject({ check: 'zero-learning-rate', subject: 'G', step: 90 });
  expect(news!.evidence).toBe('It has been 0 since step 71; 910 steps of 1,000 are left.');
});

describe('data that starves the step', () => {
  const slow = (n: number) => step(n, { ms: 100, waitMs: 60 });

  test('is told once it is no longer the beginning', async () => {
    const monitor = await monitorOf(1000);
    expect(findingsOf(monitor, [start, ...steps(1, 119, slow)])).toEqual([]);
    const [news, ...rest] = findingsOf(monitor, steps(120, 1000, slow));
    expect(rest).toEqual([]);
    expect(news).toMatchObject({ check: 'data-starving', step: 120 });
    expect(news!.evidence).toContain('60.0 % of the time went into waiting for images: 60 of 100 ms a step');
  });

  test('is not where the wait is nothing to speak of', async () => {
    const quick = (n: number) => step(n, { ms: 3, waitMs: 1.5 });
    expect(findingsOf(await monitorOf(1000), steps(1, 1000, quick))).toEqual([]);
  });
});

describe('norms that leave nothing', () => {
  const onOnes = 'networks.G.encoder.bottleneck.norm=batch';

  test('batch norm on maps of 1x1 at batch 1', async () => {
    // 16 px, three times halved, are 2 px; at 8 px the innermost maps are 1x1.
    const small = ['data.pairs.size=8', 'data.pairs.augment={}', 'networks.D.patch=1', onOnes];
    const [news, ...rest] = findingsOf(await monitorOf(9, ...small, 'train.batch=1'), [
      start,
      step(1),
      start,
    ]);
    expect(rest).toEqual([]);
    expect(news).toMatchObject({ check: 'signal-zeroed', step: 0 });
    expect(news!.text).toContain('batch-norm encoder/bottleneck/norm of G');
    expect(news!.evidence).toBe('Its maps are 1x1x8, and one example is computed at a time.');
    expect(findingsOf(await monitorOf(9, ...small, 'train.batch=2'), [start])).toEqual([]);
    expect(findingsOf(await monitorOf(9, onOnes, 'train.batch=1'), [start])).toEqual([]);
  });

  test('instance norm on maps of 1x1 at any batch', async () => {
    const small = ['data.pairs.size=8', 'data.pairs.augment={}', 'networks.D.patch=1'];
    const instance = 'networks.G.encoder.bottleneck.norm=instance';
    expect(findingsOf(await monitorOf(9, ...small, instance, 'train.batch=4'), [start])).toHaveLength(1);
  });
});

test('a resumed run knows what the one before it knew, and says nothing twice', async () => {
  const events = [...steps(1, 1000, (n) => step(n, { learningRates: { D: 0, G: 2e-4 } }))];
  const never = await monitorOf(1000);
  const whole = findingsOf(never, events);
  expect(whole).toHaveLength(1);
  for (const at of [10, 19, 20, 500]) {
    const first = await monitorOf(1000);
    const journal = events.slice(0, at).flatMap((event) => [event, ...first.see(event)]);
    const second = await monitorOf(1000);
    findingsOf(second, journal);
    const later = findingsOf(second, events.slice(at));
    expect([...journal.filter(({ type }) => type === 'health'), ...later]).toEqual(whole);
  }
});
