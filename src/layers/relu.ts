import { Type } from 'typebox';
import { singleShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const relu = defineLayer({
  type: 'relu',
  role: 'activation',
  summary: 'Rectifier: max(x, 0).',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'relu' },

  plan(_params, inputs) {
    const output = singleShape('relu', inputs);
    return { output, variables: [], flops: sizeOf(output) };
  },

  build(_params, { tf }) {
    return ([input]) => tf.relu(input!);
  },
});
