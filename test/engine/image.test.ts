import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tf } from '../../src/core/ops.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { difference, randomArray, randomSource, resultsOn } from './support.js';

let engines: Engine[];
beforeAll(async () => {
  engines = [await openEngine('cpu'), await openEngine('ort', { threads: 1 })];
});
afterAll(() => engines.forEach((engine) => engine.close()));

type LinearMap = (tf: Tf, x: Tensor4D) => Tensor;
const DILATED = randomArray(18, randomSource(5));
const maps: [string, LinearMap][] = [
  ['bilinear resizing', (tf, x) => tf.image.resizeBilinear(x, [12, 18])],
  ['bilinear resizing, corners aligned', (tf, x) => tf.image.resizeBilinear(x, [11, 4], true)],
  ['bilinear resizing, half pixel centres', (tf, x) => tf.image.resizeBilinear(x, [9, 4], false, true)],
  ['nearest resizing, half pixel centres', (tf, x) => tf.image.resizeNearestNeighbor(x, [9, 4], false, true)],
  ['nearest resizing', (tf, x) => tf.image.resizeNearestNeighbor(x, [7, 13])],
  ['nearest resizing, corners aligned', (tf, x) => tf.image.resizeNearestNeighbor(x, [11, 17], true)],
  ['nearest resizing by a whole factor', (tf, x) => tf.image.resizeNearestNeighbor(x, [12, 18], false, true)],
  ['dilated convolution', (tf, x) => tf.conv2d(x, tf.tensor4d(DILATED, [3, 3, 2, 1]), 1, 'same', 'NHWC', 2)],
  ['padded average pooling', (tf, x) => tf.avgPool(x, 3, 2, 'same')],
  ['average pooling at stride 1', (tf, x) => tf.avgPool(x, [2, 3], 1, 'same')],
];

test.each(maps)('%s has its transpose for a gradient', async (_name, map) => {
  // For a linear map A: <A x, y> = <x, A'y> for all x and y. No engine is the reference here.
  for (const engine of engines) {
    const { values } = await resultsOn(engine, ({ tf }) => {
      const random = randomSource(1);
      const x = tf.tensor4d(randomArray(6 * 9 * 2, random), [1, 6, 9, 2]);
      const forward = map(tf, x);
      const y = tf.tensor(randomArray(forward.size, random), forward.shape);
      const backward = tf.grad((input: Tensor) => tf.sum(tf.mul(map(tf, input as Tensor4D), y)))(x);
      return [tf.sum(tf.mul(forward, y)), tf.sum(tf.mul(x, backward))];
    });
    expect(difference(values[0]!, values[1]!), engine.name).toBeLessThan(1e-5);
  }
});
