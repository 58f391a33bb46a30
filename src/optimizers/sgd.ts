import { Type } from 'typebox';
import { decayWeights, weightDecayParam } from '../blocks/index.js';
import { defineOptimizer } from '../registry/index.js';

export const sgd = defineOptimizer({
  type: 'sgd',
  summary: 'Stochastic gradient descent, optionally with momentum.',
  description: 'As in PyTorch, the momentum gathers gradients and the learning rate multiplies their sum.',
  formula:
    'b = momentum b + g; w = w - learning_rate b, or with nesterov w = w - learning_rate (g + momentum b)',
  paper: 'https://proceedings.mlr.press/v28/sutskever13.html',
  params: Type.Object(
    {
      momentum: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        description: 'Share of the gradients before that a step keeps.',
      }),
      nesterov: Type.Boolean({ default: false, description: 'Whether it looks one step ahead.' }),
      weight_decay: weightDecayParam(0),
    },
    { additionalProperties: false },
  ),
  example: { type: 'sgd', learning_rate: 0.01, momentum: 0.9 },
  momentum: 'momentum',
  slots: ['b'],

  numbers: ({ weight_decay }, { learningRate }) => ({
    learningRate,
    ...(weight_decay > 0 ? { kept: 1 - learningRate * weight_decay } : {}),
  }),

  build:
    ({ momentum, nesterov, weight_decay }, { tf }) =>
    ({ variable, gradient, slots: { b }, number }) => {
      if (weight_decay > 0) decayWeights(tf, variable, number('kept'));
      tf.tidy(() => {
        const gathered = momentum === 0 ? gradient : tf.add(tf.mul(b!, momentum), gradient);
        if (momentum > 0) b!.assign(gathered);
        const move = nesterov ? tf.add(gradient, tf.mul(gathered, momentum)) : gathered;
        variable.assign(tf.sub(variable, tf.mul(move, number('learningRate'))));
      });
    },
});
