import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import type { Tf } from '../core/ops.js';
import type { LayerCall, VariableSpec } from '../registry/index.js';

/** Keeps a division by a norm finite. */
const EPSILON = 1e-12;

export type WeightNorm = 'none' | 'spectral';

export const weightNormParam = () =>
  Type.Enum(['none', 'spectral'], {
    default: 'none',
    description:
      '`spectral` divides the kernel by its largest singular value (arXiv:1802.05957), so that the layer stretches nothing; `none` leaves it as it is.',
  });

/** What a weight norm keeps beside the kernel: the spectral one its estimate of the left singular vector. */
export function weightNormVariables(norm: WeightNorm, outputs: number): VariableSpec[] {
  if (norm === 'none') return [];
  const init = { type: 'normal', mean: 0, deviation: 1 } as const;
  return [{ name: 'u', shape: [outputs], init, trainable: false, persistent: true }];
}

/**
 * The kernel that a layer computes with.
 * @param u `[outputs]`, one step of power iteration is taken from it in each call and kept where the call trains.
 * @param outputAxis of the kernel.
 */
export function normalisedKernel<T extends Tensor>(
  tf: Tf,
  kernel: T,
  u: Tensor | undefined,
  outputAxis: number,
  { track }: Pick<LayerCall, 'track'>,
): T {
  if (!u) return kernel;
  const last = kernel.rank - 1;
  const axes = kernel.shape.map((_, i) => (i === outputAxis ? last : i === last ? outputAxis : i));
  const flat = (k: Tensor): Tensor2D =>
    tf.reshape(outputAxis === last ? k : tf.transpose(k, axes), [-1, u.size]);
  const unit = (x: Tensor): Tensor1D => {
    const vector = tf.reshape(x, [x.size]);
    return tf.div(vector, tf.add(tf.sqrt(tf.sum(tf.square(vector))), EPSILON));
  };
  const matrix = flat(kernel);
  const right = unit(tf.matMul(matrix, tf.reshape(u, [u.size, 1])));
  const left = unit(tf.matMul(tf.reshape(right, [1, right.size]), matrix));
  track?.('u', left);
  // sigma = right^T W left; its derivative takes the two vectors as constant, as the paper does.
  const outer = tf.outerProduct(right, left);
  const sigma = tf.customGrad((weights) => ({
    value: tf.sum(tf.mul(weights as Tensor, outer)),
    gradFunc: (dy: Tensor) => tf.mul(outer, dy),
  }))(matrix);
  return tf.div(kernel, sigma);
}
