import { Type } from 'typebox';
import { elementwisePlan } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const softplus = defineLayer({
  type: 'softplus',
  role: 'activation',
  range: [0, Infinity],
  summary: 'A smooth rectifier that is never 0: makes variances and other positive numbers.',
  formula: 'y = log(1 + exp(x))',
  paper: 'https://proceedings.mlr.press/v15/glorot11a.html',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'softplus' },

  plan: elementwisePlan('softplus', 2),

  build(_params, { tf }) {
    return ([input]) => tf.softplus(input!);
  },
});
