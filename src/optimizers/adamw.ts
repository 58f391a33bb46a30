import { Type } from 'typebox';
import { betaParams, biasCorrected, decayWeights, weightDecayParam } from '../blocks/index.js';
import { defineOptimizer } from '../registry/index.js';

export const adamw = defineOptimizer({
  type: 'adamw',
  summary: 'Adam with decoupled weight decay: weights shrink directly, not through the gradient.',
  description:
    'The decay is multiplied by the learning rate after its schedule, as in PyTorch; it acts on every variable the optimiser moves.',
  formula:
    'w = w (1 - learning_rate weight_decay), then Adam: m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; w = w - learning_rate m^ / (sqrt(v^) + epsilon), m^ = m / (1 - beta1^t), v^ = v / (1 - beta2^t)',
  paper: 'arXiv:1711.05101',
  params: Type.Object(
    { ...betaParams(), weight_decay: weightDecayParam(0.01) },
    { additionalProperties: false },
  ),
  example: { type: 'adamw', learning_rate: 2e-4, beta1: 0.5, weight_decay: 0.01 },
  momentum: 'beta1',
  slots: ['m', 'v'],

  numbers: ({ weight_decay, ...betas }, clock) => ({
    ...biasCorrected(betas, clock),
    kept: 1 - clock.learningRate * weight_decay,
  }),

  build:
    ({ beta1, beta2 }, { tf, ops }) =>
    ({ variable, gradient, slots, number }) => {
      decayWeights(tf, variable, number('kept'));
      ops.adam(variable, slots.m!, slots.v!, gradient, {
        beta1,
        beta2,
        stepSize: number('stepSize'),
        epsilon: number('epsilon'),
      });
    },
});
