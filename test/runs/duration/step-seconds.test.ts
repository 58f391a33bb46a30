import { expect, test } from 'vitest';
import { measureCard, PER_LAYER } from '../../../src/engine/card.js';
import { measureRate, openEngine } from '../../../src/engine/index.js';
import { planRecipe } from '../../../src/plan/plan.js';
import { loadRecipe } from '../../../src/recipe/node.js';
import { estimateStepSeconds } from '../../../src/runs/duration/estimate.js';
import { registry } from '../../support/plan.js';

/** Engine webgpu on an NVIDIA H100: what a program takes of steps that were timed there. */
const H100 = { seconds: 6e-5, perLayer: PER_LAYER.fused, bandwidth: 1e12 };

test.each([
  ['pix2pix-maps-64', 1, 414, 0.033],
  ['pix2pix-maps', 1, 564, 0.038],
  ['pix2pix-maps', 4, 544, 0.054],
  ['pix2pix-maps', 16, 546, 0.137],
])('steps of %s, batch %i, on a graphics card', async (name, batch, programs, seconds) => {
  const { recipe } = await loadRecipe(`recipes/${name}.yaml`, { registry, set: [`train.batch=${batch}`] });
  const plan = planRecipe(recipe, registry);
  const count = estimateStepSeconds(plan, {
    flops: Infinity,
    programs: { ...H100, seconds: 1, bandwidth: Infinity },
  });
  expect(count / programs).toBeGreaterThan(0.95);
  expect(count / programs).toBeLessThan(1.05);
  // Single convolutions of those steps reach from 9 to 13 TFLOP/s, at batches of 1 and of 4.
  for (const flops of [9e12, 13e12]) {
    const guess = estimateStepSeconds(plan, { flops, programs: H100 });
    expect(guess / seconds).toBeGreaterThan(0.5);
    expect(guess / seconds).toBeLessThan(2);
  }
});

test('a processor is told by its convolutions alone', async () => {
  const engine = await openEngine('ort', { threads: 1 });
  const { flops, programs } = await measureRate(engine);
  engine.close();
  expect(flops).toBeGreaterThan(1e7);
  expect(programs).toBeUndefined();
});

test('what a card is asked has an answer on any engine, and leaves nothing behind', async () => {
  const engine = await openEngine('ort', { threads: 1 });
  const before = engine.tf.memory().numTensors;
  const { flops, programs } = await measureCard(engine);
  expect(engine.tf.memory().numTensors).toBe(before);
  engine.close();
  expect(flops).toBeGreaterThan(1e7);
  expect(flops).toBeLessThan(1e13);
  expect(programs.bandwidth).toBeGreaterThan(1e6);
  expect(programs.seconds).toBeGreaterThan(0);
  expect(programs.seconds).toBeLessThan(1);
  expect(programs.perLayer).toBe(PER_LAYER.composed);
});
