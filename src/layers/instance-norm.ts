import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { affineParam, affineVariables, epsilonParam } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const instanceNorm = defineLayer({
  type: 'instance-norm',
  role: 'norm',
  short: 'instance',
  summary: 'Instance normalisation: per image and channel, over all pixels.',
  formula: 'y = (x - mean) / sqrt(variance + epsilon), times gamma plus beta where `affine`',
  paper: 'arXiv:1607.08022',
  params: Type.Object(
    {
      epsilon: epsilonParam(),
      affine: affineParam(false),
    },
    { additionalProperties: false },
  ),
  example: { type: 'instance-norm' },

  centres: (_params, [height = 1, width = 1]) => ({ values: height * width, overBatch: false }),

  plan({ affine }, inputs) {
    const output = imageShape('instance norm', inputs);
    return {
      output,
      variables: affine ? affineVariables(output[2]) : [],
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
