import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import type { Ops, Tf } from '../core/ops.js';
import type { LayerCall, VariableSpec } from '../registry/index.js';

export const momentumParam = () =>
  Type.Number({
    minimum: 0,
    maximum: 1,
    default: 0.9,
    description: 'Share of the running statistics that a step keeps.',
  });

/** Running mean and variance of a batch norm. */
export const runningVariables = (channels: number): VariableSpec[] => [
  { name: 'running_mean', shape: [channels], init: { type: 'constant', value: 0 }, trainable: false },
  { name: 'running_variance', shape: [channels], init: { type: 'constant', value: 1 }, trainable: false },
];

/**
 * Normalises an image per channel: over this call's batch, or by the running statistics where the call says so.
 * @param running `running_mean` and `running_variance`, absent where no output normalises by them.
 */
export function normaliseBatch(
  tf: Tf,
  ops: Ops,
  x: Tensor4D,
  { running_mean, running_variance }: Readonly<Record<string, Tensor1D | undefined>>,
  { epsilon, momentum }: { readonly epsilon: number; readonly momentum: number },
  call: LayerCall,
  affine: { readonly gamma?: Tensor1D | undefined; readonly beta?: Tensor1D | undefined } = {},
): Tensor4D {
  const { gamma, beta } = affine;
  if (!call.batchStatistics) {
    return tf.batchNorm4d(x, running_mean!, running_variance!, beta, gamma, epsilon);
  }
  const { y, mean, variance } = ops.normalise(x, [0, 1, 2], epsilon, gamma, beta);
  if (call.track && running_mean && running_variance) {
    const [batch, height, width, channels] = x.shape;
    // The running variance is the unbiased one, as in the PyTorch reference.
    const count = batch * height * width;
    const move = (before: Tensor1D, value: Tensor4D, factor: number): Tensor1D =>
      tf.add(tf.mul(before, momentum), tf.mul(tf.reshape(value, [channels]), (1 - momentum) * factor));
    call.track('running_mean', move(running_mean, mean, 1));
    call.track('running_variance', move(running_variance, variance, count > 1 ? count / (count - 1) : 1));
  }
  return y;
}
