import { Type } from 'typebox';
import { elementwisePlan } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const elu = defineLayer({
  type: 'elu',
  role: 'activation',
  summary: 'Exponential linear unit: smooth below 0, down to -1.',
  formula: 'y = x for x > 0, else exp(x) - 1',
  paper: 'arXiv:1511.07289',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'elu' },

  plan: elementwisePlan('elu', 2),

  build(_params, { tf }) {
    return ([input]) => tf.elu(input!);
  },
});
