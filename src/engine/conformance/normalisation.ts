import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from '../../core/ops.js';
import { type Case, cube, type Family } from './case.js';

const EPSILON = 1e-3;
/** Divisions by deviations below 1 enlarge what was rounded before. */
const TOLERANCE = 1e-5;

const AXES = { batch: [0, 1, 2], instance: [1, 2], layer: [1, 2, 3] };
const SHAPE: [number, number, number, number] = [2, 3, 4, 5];

const capability: readonly Case[] = Object.entries(AXES).flatMap(([kind, axes]): Case[] => [
  {
    name: `ops.normalise, ${kind}`,
    inputs: [SHAPE],
    run: ({ ops }, x) => ops.normalise(x as Tensor4D, axes, EPSILON).y,
    order: 2,
    tolerance: 5 * TOLERANCE,
  },
  {
    name: `ops.normalise, ${kind}, scaled and shifted`,
    inputs: [SHAPE, [5], [5]],
    run: (on, x, gamma, beta) =>
      cube(on, on.ops.normalise(x as Tensor4D, axes, EPSILON, gamma as Tensor1D, beta as Tensor1D).y),
    order: 2,
    tolerance: 5 * TOLERANCE,
  },
  {
    name: `ops.normalise, ${kind}: its moments`,
    inputs: [SHAPE],
    run({ ops }, x) {
      const { mean, variance } = ops.normalise(x as Tensor4D, axes, EPSILON);
      return [mean, variance];
    },
    order: 0,
  },
]);

/** Normalised over groups of channels and all pixels, as reshaped layers do it. */
function groups(tf: Tf, x: Tensor, count: number): Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const grouped = tf.reshape(x, [n, h, w, count, c / count]);
  const { mean, variance } = tf.moments(grouped, [1, 2, 4], true);
  const y = tf.div(tf.sub(grouped, mean), tf.sqrt(tf.add(variance, EPSILON)));
  return tf.reshape(y, x.shape);
}

const others: readonly Case[] = [
  {
    // Engines share out what is more than a few hundred pixels.
    name: 'ops.normalise, batch, of thousands of pixels far from zero',
    inputs: [[2, 41, 33, 37], [37], [37]],
    run: ({ tf, ops }, x, gamma, beta) =>
      ops.normalise(tf.add<Tensor4D>(x, 10), AXES.batch, EPSILON, gamma as Tensor1D, beta as Tensor1D).y,
    tolerance: 5 * TOLERANCE,
  },
  {
    name: 'group normalisation by moments',
    inputs: [[2, 3, 4, 6], [6], [6]],
    run: ({ tf }, x, gamma, beta) => tf.add(tf.mul(groups(tf, x, 3), gamma), beta),
    order: 2,
    tolerance: 5 * TOLERANCE,
  },
  {
    name: 'conditional normalisation: a scale and a shift per image',
    inputs: [SHAPE, [2, 5], [2, 5]],
    run: ({ tf, ops }, x, scale, shift) => {
      const y = ops.normalise(x as Tensor4D, [1, 2], EPSILON).y;
      const perImage = (vector: Tensor) => tf.reshape(vector, [2, 1, 1, 5]);
      return tf.add(tf.mul(y, perImage(scale)), perImage(shift));
    },
    order: 2,
    tolerance: 5 * TOLERANCE,
  },
  {
    name: 'batchNorm by given moments',
    inputs: [SHAPE, [5], [5], [5], [5]],
    run: ({ tf }, x, mean, variance, offset, scale) =>
      tf.batchNorm(x, mean, tf.add(tf.abs(variance), 0.1), offset, scale, EPSILON),
    tolerance: TOLERANCE,
  },
  {
    name: 'minibatch standard deviation',
    inputs: [[3, 4, 4, 2]],
    run: ({ tf }, x) => {
      const deviation = tf.sqrt(tf.add(tf.moments(x, 0).variance, 1e-8));
      return tf.concat([x, tf.fill([3, 4, 4, 1], 1).mul(tf.mean(deviation))], 3);
    },
    order: 2,
    tolerance: TOLERANCE,
  },
];

export const normalisation: Family = { name: 'normalisation', cases: [...capability, ...others] };
