import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import {
  affineVariables,
  epsilonParam,
  momentumParam,
  normaliseBatch,
  runningVariables,
} from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const batchNorm = defineLayer({
  type: 'batch-norm',
  role: 'norm',
  short: 'batch',
  summary: 'Batch normalisation: per channel, over the batch and all pixels.',
  description:
    'Variables: gamma from N(1, 0.02), beta at 0, and, where outputs will need them, the running mean and variance.',
  formula: 'y = gamma (x - mean) / sqrt(variance + epsilon) + beta',
  paper: 'arXiv:1502.03167',
  params: Type.Object(
    { epsilon: epsilonParam(), momentum: momentumParam() },
    { additionalProperties: false },
  ),
  example: { type: 'batch-norm' },

  centres: (_params, [height = 1, width = 1]) => ({ values: height * width, overBatch: true }),

  plan(_params, inputs) {
    const output = imageShape('batch norm', inputs);
    return {
      output,
      variables: [...affineVariables(output[2]), ...runningVariables(output[2])],
      flops: 8 * sizeOf(output),
    };
  },

  build(params, { tf, ops }) {
    return ([input], variables, call) => {
      const { gamma, beta, ...running } = variables as Readonly<Record<string, Tensor1D>>;
      return normaliseBatch(tf, ops, input as Tensor4D, running, params, call, { gamma, beta });
    };
  },
});
