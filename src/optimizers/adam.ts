import { Type } from 'typebox';
import { betaParams, biasCorrected } from '../blocks/index.js';
import { defineOptimizer } from '../registry/index.js';

export const adam = defineOptimizer({
  type: 'adam',
  summary: 'Adam: steps scaled by running means of the gradient and of its square.',
  description: 'GANs use beta1 0.5 (pix2pix, DCGAN) or 0 (WGAN-GP).',
  formula:
    'm = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w = w - learning_rate m^ / (sqrt(v^) + epsilon), m^ = m / (1 - beta1^t), v^ = v / (1 - beta2^t)',
  paper: 'arXiv:1412.6980',
  params: Type.Object(betaParams(), { additionalProperties: false }),
  example: { type: 'adam', learning_rate: 2e-4, beta1: 0.5 },
  momentum: 'beta1',
  slots: ['m', 'v'],

  numbers: (params, clock) => biasCorrected(params, clock),

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
