import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const instanceNorm = defineLayer({
  type: 'instance-norm',
  role: 'norm',
  short: 'instance',
  summary: 'Instance normalisation: per image and channel, over all pixels.',
  description: 'y = (x - mean) / sqrt(variance + epsilon), times gamma plus beta where `affine`.',
  paper: 'arXiv:1607.08022',
  params: Type.Object(
    {
      epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-5, description: 'Added to the variance.' }),
      affine: Type.Boolean({
        default: false,
        description: 'Whether it learns a scale and a shift per channel.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'instance-norm' },

  plan({ affine }, inputs) {
    const output = imageShape('instance norm', inputs);
    const shape = [output[2]];
    return {
      output,
      variables: affine
        ? [
            { name: 'gamma', shape, init: { type: 'normal', mean: 1, deviation: 0.02 }, trainable: true },
            { name: 'beta', shape, init: { type: 'constant', value: 0 }, trainable: true },
          ]
        : [],
      flops: 8 * sizeOf(output),
    };
  },

  build({ epsilon }, { ops }) {
    return ([input], { gamma, beta }) =>
      ops.normalise(
        input as Tensor4D,
        [1, 2],
        epsilon,
        gamma as Tensor1D | undefined,
        beta as Tensor1D | undefined,
      ).y;
  },
});
