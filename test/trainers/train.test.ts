import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StepEvent } from '../../src/core/events.js';
import { NonFinite } from '../../src/core/non-finite.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { scheduleFactor } from '../../src/trainers/schedule.js';
import { train, type TrainOptions } from '../../src/trainers/train.js';
import { BATCH, batchOf, dataOf, numberGame } from '../support/number-game.js';
import { registry } from '../support/plan.js';

describe('training', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('cpu');
  });
  afterAll(() => engine.close());

  /** Trains on batches of x = 1, 2, 3, ... */
  async function events(set: string[], options: TrainOptions) {
    const game = await numberGame(engine, set);
    const asked: number[] = [];
    let closed = 0;
    const data = dataOf(Array.from({ length: 20 }, (_, i) => batchOf({ x: [i + 1], t: [0] })));
    const watched = {
      ...data,
      async *batches(from: number) {
        asked.push(from);
        try {
          return yield* data.batches(from);
        } finally {
          closed += 1;
        }
      },
    };
    const seen: StepEvent[] = [];
    for await (const event of train(game, watched, options)) seen.push(event);
    return { seen, asked, closed };
  }

  test('goes from the step after those that are done to the last, each with its batch, epoch and rate', async () => {
    const decay = 'optimizer.schedule={ type: linear-decay, from: 1 epoch }';
    const { seen, asked, closed } = await events([decay], { from: 3, steps: 6 });
    // Four steps an epoch; from the fourth on the rate falls to 0 in the seventh. D(t) is 0, so D's total is d g x at d = 0.5.
    expect(seen.map(({ step, epoch, images }) => `${step} ${epoch} ${images}`)).toEqual([
      '4 1 1',
      '5 1.25 1',
      '6 1.5 1',
    ]);
    expect(seen[0]!.losses['D/total']).toBe(4);
    expect(seen[0]).not.toHaveProperty('phase');
    const rates = seen.map(({ learningRates }) => learningRates['G']!.toFixed(5));
    expect(rates).toEqual(['0.10000', '0.06667', '0.03333']);
    expect([asked, closed]).toEqual([[3], 1]);
    for (const { ms, waitMs } of seen) expect(ms).toBeGreaterThanOrEqual(waitMs);
  });

  test('in a phase goes by the clocks of run and phase', async () => {
    const clock = { steps: 10, stepsPerEpoch: 4, phase: { from: 4, to: 8, restarted: new Set<string>() } };
    const within = { id: 'late', clock, epochsAt: (step: number) => step * 10, dataFrom: 2 };
    const decay = 'optimizer.schedule={ type: linear-decay }';
    const { seen, asked } = await events([decay], { from: 5, steps: 6, within });
    expect(seen).toMatchObject([{ step: 6, epoch: 60, phase: 'late', losses: { 'D/total': 4 } }]);
    expect(seen[0]!.learningRates['D']).toBeCloseTo(0.1 * (1 - 6 / 11), 10);
    expect(asked).toEqual([3]);
    const { seen: nameless } = await events([], { from: 5, steps: 6, within: { ...within, id: undefined } });
    expect(nameless[0]).not.toHaveProperty('phase');
  });

  test.each([
    [NaN, 'D/critic'],
    [Infinity, 'D/critic'],
    [1e30, 'G/l2'],
  ])('a step with an x of %d ends it, and names the first loss that is not finite', async (x, subject) => {
    const game = await numberGame(engine);
    const steps: number[] = [];
    const data = dataOf([BATCH, BATCH, batchOf({ x: [x], t: [0] })]);
    const failure = (async () => {
      for await (const { step } of train(game, data, { from: 0, steps: 9 })) steps.push(step);
    })();
    await expect(failure).rejects.toThrow(NonFinite);
    await expect(failure).rejects.toMatchObject({ step: 3, kind: 'loss', subject });
    expect(steps).toEqual([1, 2]);
  });
});

test.each([
  ['there is none', undefined, 'a', 6, 1],
  ['it counts from the start of the run', { type: 'linear-decay', from: '1 epoch' }, 'b', 6, 1 - 5 / 11],
  // The second step of four; an epoch is one.
  ['it is one that the phase restarts', { type: 'linear-decay', from: '1 epoch' }, 'a', 6, 1 - 1 / 4],
  ['it restarts, in the first step of the phase', { type: 'warm-up', over: '4 steps' }, 'a', 5, 1 / 4],
  ['it restarts, in the last step of the phase', { type: 'warm-up', over: '4 steps' }, 'a', 8, 1],
])('the factor of a schedule where %s', (_what, config, path, step, factor) => {
  const run = { steps: 11, stepsPerEpoch: 1, phase: { from: 4, to: 8, restarted: new Set(['a.schedule']) } };
  expect(scheduleFactor(config, registry, run, step, path)).toBeCloseTo(factor, 12);
});
