import { expect, test } from 'vitest';
import { cpu } from '../../src/engine/cpu.js';
import type { EngineDefinition } from '../../src/engine/definition.js';
import { openEngine } from '../../src/engine/index.js';
import { ort } from '../../src/engine/ort/index.js';
import { dryRunOf } from '../../src/engine/dry-run.js';
import { dryRun } from '../../src/trainers/dry-run.js';
import { noiseBatch } from '../../src/trainers/noise-batch.js';
import { planOf, registry, TINY_RECIPE } from '../support/plan.js';

/** Runs the tiny recipe dry on ort without some of its kernels. */
async function dryRunWithout(...missing: readonly string[]): Promise<unknown> {
  const kernels = (await ort.kernels!())!.filter((name) => !missing.includes(name));
  const lacking: EngineDefinition = { ...ort, name: 'lacking', kernels: () => Promise.resolve(kernels) };
  const engine = (await dryRunOf(lacking, [lacking, ort, cpu]))!;
  try {
    await dryRun(await planOf(TINY_RECIPE), registry, engine);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    engine.close();
  }
}

const remedy = 'Engines that have it: ort, cpu. Choose one with --engine.';

test('an engine that has everything runs a step dry, and nothing stays behind', async () => {
  const { tf } = await openEngine('cpu');
  const before = tf.memory().numTensors;
  expect(await dryRunWithout()).toBeUndefined();
  expect(tf.memory().numTensors).toBe(before);
  expect(tf.getKernelsForBackend('dry-run')).toEqual([]);
});

test.each([
  ['LeakyRelu', 'layer encoder/e1/activation (leaky-relu) of network G'],
  // Kernels of gradients alone belong to the layer whose gradient it is.
  ['Step', 'layer'],
  ['Conv2DBackpropFilter', 'layer'],
  ['Softplus', 'update D of the game'],
  ['ScatterNd', undefined],
])('a missing %s is named with its place and the engines that have it', async (kernel, place) => {
  const error = await dryRunWithout(kernel);
  if (place === undefined)
    expect(error).toBeUndefined(); // nothing needs it
  else
    expect(error).toMatchObject({
      message: expect.stringContaining(`Engine "lacking" has no ${kernel}, which ${place}`) as string,
      remedy,
      exitCode: 2,
    });
});

test('a fused kernel that an engine lacks is composed of others', async () => {
  expect(await dryRunWithout('ApplyAdam')).toBeUndefined();
});

test('a batch of noise fills [-1, 1], by step and field alike, and names its example', async () => {
  const { fields, names, size } = noiseBatch(await planOf(TINY_RECIPE), 3, 2);
  expect([size, names]).toEqual([2, { pairs: ['example 3'] }]);
  for (const { data } of Object.values(fields)) {
    expect(Math.min(...data)).toBeLessThan(-0.95);
    expect(Math.max(...data)).toBeGreaterThan(0.95);
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(1);
  }
});
