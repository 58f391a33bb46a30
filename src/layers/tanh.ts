import { Type } from 'typebox';
import { singleShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const tanh = defineLayer({
  type: 'tanh',
  role: 'activation',
  summary: 'Hyperbolic tangent: squeezes into (-1, 1), the range of images.',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'tanh' },

  plan(_params, inputs) {
    const output = singleShape('tanh', inputs);
    return { output, variables: [], flops: sizeOf(output) };
  },

  build(_params, { tf }) {
    return ([input]) => tf.tanh(input!);
  },
});
