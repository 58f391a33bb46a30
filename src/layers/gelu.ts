import { Type } from 'typebox';
import { elementwisePlan } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const gelu = defineLayer({
  type: 'gelu',
  role: 'activation',
  summary: 'Gaussian error linear unit: x times the probability that a standard normal draw is below it.',
  formula: 'y = x (1 + erf(x / sqrt(2))) / 2',
  paper: 'arXiv:1606.08415',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'gelu' },

  plan: elementwisePlan('gelu', 5),

  build(_params, { tf }) {
    return ([input]) => tf.mul(input!, tf.div(tf.add(tf.erf(tf.div(input!, Math.SQRT2)), 1), 2));
  },
});
