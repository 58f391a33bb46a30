import { Type } from 'typebox';
import { singleShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const sigmoid = defineLayer({
  type: 'sigmoid',
  role: 'activation',
  summary: 'Logistic function: squeezes into (0, 1), the range of probabilities.',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'sigmoid' },

  plan(_params, inputs) {
    const output = singleShape('sigmoid', inputs);
    return { output, variables: [], flops: sizeOf(output) };
  },

  build(_params, { tf }) {
    return ([input]) => tf.sigmoid(input!);
  },
});
