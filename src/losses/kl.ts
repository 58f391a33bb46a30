import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

export const kl = defineLoss({
  type: 'kl',
  operands: 'values',
  values: {
    mean: 'Means of the distribution, `[length]`.',
    log_variance: 'Logarithms of its variances, shaped as the means.',
  },
  summary: 'Kullback-Leibler divergence of a normal distribution from the standard one.',
  description:
    'What keeps an encoder’s codes near the noise that the generator will be given. A mean over the code’s length, where some implementations take the sum.',
  formula: 'mean of (mean^2 + exp(log_variance) - log_variance - 1) / 2',
  paper: 'arXiv:1312.6114',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'kl', mean: 'E.mean(target)', log_variance: 'E.log_variance(target)', weight: 0.01 },

  build(_params, { tf }) {
    return ({ mean, log_variance }) => {
      const spread = tf.sub(tf.exp(log_variance!), tf.add(log_variance!, 1));
      return tf.div(tf.add(tf.square(mean!), spread), 2);
    };
  },
});
