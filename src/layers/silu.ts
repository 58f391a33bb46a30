import { Type } from 'typebox';
import { elementwisePlan } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const silu = defineLayer({
  type: 'silu',
  role: 'activation',
  summary: 'Sigmoid linear unit, or swish: a smooth rectifier.',
  formula: 'y = x / (1 + exp(-x))',
  paper: 'arXiv:1702.03118',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'silu' },

  plan: elementwisePlan('silu', 2),

  build(_params, { tf }) {
    return ([input]) => tf.mul(input!, tf.sigmoid(input!));
  },
});
