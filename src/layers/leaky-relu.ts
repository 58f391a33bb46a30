import { Type } from 'typebox';
import { elementwisePlan } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const leakyRelu = defineLayer({
  type: 'leaky-relu',
  role: 'activation',
  summary: 'Leaky rectifier: x where positive, slope times x elsewhere.',
  formula: 'y = max(x, 0) + slope min(x, 0)',
  paper: 'arXiv:1505.00853',
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

  plan: elementwisePlan('leaky-relu'),

  build({ slope }, { tf }) {
    return ([input]) => tf.leakyRelu(input!, slope);
  },
});
