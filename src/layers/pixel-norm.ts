import { Type } from 'typebox';
import { singleShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const pixelNorm = defineLayer({
  type: 'pixel-norm',
  role: 'norm',
  short: 'pixel',
  summary: 'Pixel normalisation: scales the channels of each pixel, or a vector, to unit mean square.',
  formula: 'y_c = x_c / sqrt(mean over k of x_k^2 + epsilon)',
  paper: 'arXiv:1710.10196',
  params: Type.Object(
    {
      epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-8, description: 'Added to the mean square.' }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'pixel-norm' },

  plan(_params, inputs) {
    const output = singleShape('pixel norm', inputs);
    return { output, variables: [], flops: 3 * sizeOf(output) };
  },

  build({ epsilon }, { tf }) {
    return ([input]) => {
      const square = tf.mean(tf.square(input!), -1, true);
      return tf.div(input!, tf.sqrt(tf.add(square, epsilon)));
    };
  },
});
