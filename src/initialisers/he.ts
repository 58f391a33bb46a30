import { Type } from 'typebox';
import { distributionParam, drawScaled } from '../blocks/index.js';
import { defineInitialiser } from '../registry/index.js';

export const he = defineInitialiser({
  type: 'he',
  summary: 'He (Kaiming): keeps the variance of activations through rectifiers.',
  description: 'fan_in is kernel height x width x input channels. For a leaky ReLU give its slope.',
  formula: 'variance(w) = 2 / ((1 + slope^2) fan_in)',
  paper: 'arXiv:1502.01852',
  params: Type.Object(
    {
      distribution: distributionParam(),
      slope: Type.Number({
        minimum: 0,
        maximum: 1,
        default: 0,
        description: 'Of the leaky ReLU behind the layer; 0: a ReLU.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'he', slope: 0.2 },

  build:
    ({ distribution, slope }) =>
    (shape, { fanIn }, random) =>
      drawScaled(shape, Math.sqrt(2 / ((1 + slope ** 2) * fanIn)), distribution, random),
});
