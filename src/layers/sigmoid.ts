import { Type } from 'typebox';
import { elementwisePlan } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const sigmoid = defineLayer({
  type: 'sigmoid',
  role: 'activation',
  range: [0, 1],
  summary: 'Logistic function: squeezes into (0, 1), the range of probabilities.',
  formula: 'y = 1 / (1 + exp(-x))',
  paper: 'doi:10.1007/978-3-642-35289-8_3',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'sigmoid' },

  plan: elementwisePlan('sigmoid'),

  build(_params, { tf }) {
    return ([input]) => tf.sigmoid(input!);
  },
});
