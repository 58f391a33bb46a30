import { Type } from 'typebox';
import { defineOptimizer } from '../registry/index.js';

export const adam = defineOptimizer({
  type: 'adam',
  summary: 'Adam: steps scaled by running means of the gradient and of its square.',
  description:
    'm = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w -= learning_rate m^ / (sqrt(v^) + epsilon), with m^, v^ corrected for their start at 0. GANs use beta1 0.5 (pix2pix, DCGAN) or 0 (WGAN-GP).',
  paper: 'arXiv:1412.6980',
  params: Type.Object(
    {
      beta1: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.9,
        description: 'Share of the running mean of the gradient that a step keeps.',
      }),
      beta2: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.999,
        description: 'Share of the running mean of the squared gradient that a step keeps.',
      }),
      epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-8, description: 'Keeps the division finite.' }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'adam', learning_rate: 2e-4, beta1: 0.5 },
  slots: ['m', 'v'],

  numbers({ beta1, beta2, epsilon }, { update, learningRate }) {
    const correction = Math.sqrt(1 - beta2 ** update);
    return {
      stepSize: (learningRate * correction) / (1 - beta1 ** update),
      epsilon: epsilon * correction,
    };
  },

  build:
    ({ beta1, beta2 }, { ops }) =>
    ({ variable, gradient, slots, number }) =>
      ops.adam(variable, slots.m!, slots.v!, gradient, {
        beta1,
        beta2,
        stepSize: number('stepSize'),
        epsilon: number('epsilon'),
      }),
});
