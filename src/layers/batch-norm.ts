import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const batchNorm = defineLayer({
  type: 'batch-norm',
  role: 'norm',
  short: 'batch',
  summary: 'Batch normalisation: per channel, over the batch and all pixels.',
  description:
    'y = gamma (x - mean) / sqrt(variance + epsilon) + beta. Variables: gamma from N(1, 0.02), beta at 0, and, where outputs will need them, the running mean and variance.',
  paper: 'arXiv:1502.03167',
  params: Type.Object(
    {
      epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-5, description: 'Added to the variance.' }),
      momentum: Type.Number({
        minimum: 0,
        maximum: 1,
        default: 0.9,
        description: 'Share of the running statistics that a step keeps.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'batch-norm' },

  plan(_params, inputs) {
    const output = imageShape('batch norm', inputs);
    const shape = [output[2]];
    return {
      output,
      variables: [
        { name: 'gamma', shape, init: { type: 'normal', mean: 1, deviation: 0.02 }, trainable: true },
        { name: 'beta', shape, init: { type: 'constant', value: 0 }, trainable: true },
        { name: 'running_mean', shape, init: { type: 'constant', value: 0 }, trainable: false },
        { name: 'running_variance', shape, init: { type: 'constant', value: 1 }, trainable: false },
      ],
      flops: 8 * sizeOf(output),
    };
  },

  build({ epsilon, momentum }, { tf, ops }) {
    return ([input], { gamma, beta, running_mean, running_variance }, call) => {
      const x = input as Tensor4D;
      if (!call.batchStatistics) {
        return tf.batchNorm4d(
          x,
          running_mean as Tensor1D,
          running_variance as Tensor1D,
          beta as Tensor1D,
          gamma as Tensor1D,
          epsilon,
        );
      }
      const { y, mean, variance } = ops.normalise(x, [0, 1, 2], epsilon, gamma as Tensor1D, beta as Tensor1D);
      // Absent where no output normalises by them.
      if (call.track && running_mean && running_variance) {
        const [batch, height, width, channels] = x.shape;
        // The running variance is the unbiased one, as in the PyTorch reference.
        const count = batch * height * width;
        const move = (running: Tensor1D, value: Tensor4D, factor: number): Tensor1D =>
          tf.add(tf.mul(running, momentum), tf.mul(tf.reshape(value, [channels]), (1 - momentum) * factor));
        call.track('running_mean', move(running_mean as Tensor1D, mean, 1));
        call.track(
          'running_variance',
          move(running_variance as Tensor1D, variance, count > 1 ? count / (count - 1) : 1),
        );
      }
      return y;
    };
  },
});
