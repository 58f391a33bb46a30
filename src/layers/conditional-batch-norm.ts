import type { Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import {
  epsilonParam,
  momentumParam,
  normaliseBatch,
  perImage,
  runningVariables,
  vectorLength,
} from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const conditionalBatchNorm = defineLayer({
  type: 'conditional-batch-norm',
  role: 'norm',
  short: 'conditional-batch',
  references: ['by'],
  summary: 'Batch normalisation whose scale and shift depend on the class, or on any vector.',
  description:
    'Variables: gamma [length, channels] from 1 and beta [length, channels] from 0: of a one-hot vector, one row per class. `by` names an argument of the network, so the network says `inputs:`.',
  formula: 'y = (gamma^T c) (x - mean) / sqrt(variance + epsilon) + beta^T c, c the vector `by`',
  paper: 'arXiv:1707.00683',
  params: Type.Object(
    {
      by: Type.String({
        minLength: 1,
        description: 'The vector: an argument of the network by its name, or a layer by its id.',
        examples: ['label'],
      }),
      epsilon: epsilonParam(),
      momentum: momentumParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'conditional-batch-norm', by: 'label' },

  centres: (_params, [height = 1, width = 1]) => ({ values: height * width, overBatch: true }),

  plan(_params, [input, by]) {
    const output = imageShape('conditional batch norm', input ? [input] : []);
    const shape = [vectorLength(by, 'A norm is conditioned on a vector'), output[2]];
    return {
      output,
      variables: [
        { name: 'gamma', shape, init: { type: 'constant', value: 1 }, trainable: true },
        { name: 'beta', shape, init: { type: 'constant', value: 0 }, trainable: true },
        ...runningVariables(output[2]),
      ],
      flops: 8 * sizeOf(output) + 4 * sizeOf(shape),
    };
  },

  build(params, { tf, ops }) {
    return ([input, by], { gamma, beta, ...running }, call) => {
      const y = normaliseBatch(tf, ops, input as Tensor4D, running as Record<string, Tensor1D>, params, call);
      return tf.add(tf.mul(y, perImage(tf, by!, gamma!)), perImage(tf, by!, beta!));
    };
  },
});
