import { Type } from 'typebox';
import { singleShape } from '../core/image-shape.js';
import { sizeOf } from '../core/shape.js';
import { defineLayer } from '../registry/index.js';

export const leakyRelu = defineLayer({
  type: 'leaky-relu',
  role: 'activation',
  summary: 'Leaky rectifier: x where positive, slope times x elsewhere.',
  params: Type.Object(
    {
      slope: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.2,
        description: 'Factor on negative values.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'leaky-relu', slope: 0.2 },

  plan(_params, inputs) {
    const output = singleShape('leaky-relu', inputs);
    return { output, variables: [], flops: sizeOf(output) };
  },

  build({ slope }, { tf }) {
    return ([input]) => tf.leakyRelu(input!, slope);
  },
});
