import type { Tensor2D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { sizeOf } from '../core/shape.js';
import {
  initParam,
  kernelInit,
  normalisedKernel,
  weightNormParam,
  weightNormVariables,
  vectorLength,
} from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const projection = defineLayer({
  type: 'projection',
  references: ['by'],
  summary:
    'Scores how well an image fits its class: the inner product of its features with a learned vector per class.',
  description:
    'Variable: kernel [length of `by`, features]: of a one-hot vector, one row per class. Output: one number.',
  formula: 'y = (V^T c) . x, c the vector `by`',
  paper: 'arXiv:1802.05637',
  params: Type.Object(
    {
      by: Type.String({
        minLength: 1,
        description: 'The class: an argument of the network by its name, or a layer by its id.',
        examples: ['label'],
      }),
      init: initParam(),
      weight_norm: weightNormParam(),
    },
    { additionalProperties: false },
  ),
  example: { type: 'projection', by: 'label' },

  plan({ init, weight_norm }, [features, by]) {
    const [length, size] = [vectorLength(by, 'A projection needs a vector'), sizeOf(features ?? [])];
    return {
      output: [1],
      variables: [
        {
          name: 'kernel',
          shape: [length, size],
          init: kernelInit(init, { fanIn: length, fanOut: size }),
          trainable: true,
        },
        ...weightNormVariables(weight_norm, size),
      ],
      flops: 2 * length * size + 2 * size,
    };
  },

  build(_params, { tf }) {
    return ([input, by], { kernel, u }, call) => {
      const row = tf.matMul(by as Tensor2D, normalisedKernel(tf, kernel as Tensor2D, u, 1, call));
      const features = tf.reshape(input!, [input!.shape[0], -1]);
      return tf.sum(tf.mul(features, row), 1, true);
    };
  },
});
