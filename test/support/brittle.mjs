// A plugin: an optimizer whose update `at` breaks the weights where the learning rate is above `limit`.
import { defineOptimizer, Type } from 'gan-recipes';

export const brittle = defineOptimizer({
  type: 'brittle',
  summary: 'Gradient descent that breaks in one update where the rate is high.',
  params: Type.Object(
    {
      at: Type.Integer({ minimum: 1, default: 8, description: 'The update that breaks.' }),
      limit: Type.Number({ minimum: 0, default: 1, description: 'The highest rate that does not break.' }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'brittle', learning_rate: 0.01, at: 8, limit: 0.006 },
  slots: [],
  numbers: ({ at, limit }, { update, learningRate }) => ({
    rate: update === at && learningRate > limit ? NaN : learningRate,
  }),
  build:
    (_, { tf }) =>
    ({ variable, gradient, number }) =>
      tf.tidy(() => variable.assign(tf.sub(variable, tf.mul(gradient, number('rate'))))),
});
