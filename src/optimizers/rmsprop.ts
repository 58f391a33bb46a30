import { Type } from 'typebox';
import { decayWeights, weightDecayParam } from '../blocks/index.js';
import { defineOptimizer } from '../registry/index.js';

export const rmsprop = defineOptimizer({
  type: 'rmsprop',
  summary: 'RMSProp: steps scaled by a running mean of the squared gradient. The optimiser of WGAN.',
  description:
    'In PyTorch’s convention: epsilon is added to the root (TensorFlow adds it inside), momentum gathers the scaled gradient before the learning rate. v and b start at 0, without correction.',
  formula: 'v = decay v + (1 - decay) g^2; b = momentum b + g / (sqrt(v) + epsilon); w = w - learning_rate b',
  paper: 'https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf',
  params: Type.Object(
    {
      decay: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0.99,
        description: 'Share of the running mean of the squared gradient that a step keeps.',
      }),
      momentum: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        description: 'Share of the step before that a step keeps.',
      }),
      epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-8, description: 'Keeps the division finite.' }),
      weight_decay: weightDecayParam(0),
    },
    { additionalProperties: false },
  ),
  example: { type: 'rmsprop', learning_rate: 5e-5 },
  momentum: 'momentum',
  slots: ['v', 'b'],

  numbers: ({ weight_decay }, { learningRate }) => ({
    learningRate,
    ...(weight_decay > 0 ? { kept: 1 - learningRate * weight_decay } : {}),
  }),

  build:
    ({ decay, momentum, epsilon, weight_decay }, { tf }) =>
    ({ variable, gradient, slots: { v, b }, number }) => {
      if (weight_decay > 0) decayWeights(tf, variable, number('kept'));
      tf.tidy(() => {
        const mean = tf.add(tf.mul(v!, decay), tf.mul(tf.square(gradient), 1 - decay));
        const scaled = tf.div(gradient, tf.add(tf.sqrt(mean), epsilon));
        const move = momentum === 0 ? scaled : tf.add(tf.mul(b!, momentum), scaled);
        v!.assign(mean);
        if (momentum > 0) b!.assign(move);
        variable.assign(tf.sub(variable, tf.mul(move, number('learningRate'))));
      });
    },
});
