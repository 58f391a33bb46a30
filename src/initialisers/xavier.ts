import { Type } from 'typebox';
import { distributionParam, drawScaled, gainParam } from '../blocks/index.js';
import { defineInitialiser } from '../registry/index.js';

export const xavier = defineInitialiser({
  type: 'xavier',
  summary:
    'Xavier (Glorot): keeps the variance of activations and of gradients alike, for layers near linear.',
  description:
    'For tanh, sigmoid and linear layers. fan_in and fan_out are kernel height x width x channels.',
  formula: 'variance(w) = gain^2 2 / (fan_in + fan_out)',
  paper: 'https://proceedings.mlr.press/v9/glorot10a.html',
  params: Type.Object(
    { distribution: distributionParam(), gain: gainParam() },
    { additionalProperties: false },
  ),
  example: { type: 'xavier', distribution: 'uniform' },

  build:
    ({ distribution, gain }) =>
    (shape, { fanIn, fanOut }, random) =>
      drawScaled(shape, gain * Math.sqrt(2 / (fanIn + fanOut)), distribution, random),
});
