import { Type } from 'typebox';
import { elementwisePlan } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const tanh = defineLayer({
  type: 'tanh',
  role: 'activation',
  range: [-1, 1],
  summary: 'Hyperbolic tangent: squeezes into (-1, 1), the range of images.',
  formula: 'y = tanh(x)',
  paper: 'doi:10.1007/978-3-642-35289-8_3',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'tanh' },

  plan: elementwisePlan('tanh'),

  build(_params, { tf }) {
    return ([input]) => tf.tanh(input!);
  },
});
