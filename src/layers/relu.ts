import { Type } from 'typebox';
import { elementwisePlan } from '../blocks/index.js';
import { defineLayer } from '../registry/index.js';

export const relu = defineLayer({
  type: 'relu',
  role: 'activation',
  range: [0, Infinity],
  summary: 'Rectifier: nothing below 0.',
  formula: 'y = max(x, 0)',
  paper: 'https://proceedings.mlr.press/v15/glorot11a.html',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'relu' },

  plan: elementwisePlan('relu'),

  build(_params, { tf }) {
    return ([input]) => tf.relu(input!);
  },
});
