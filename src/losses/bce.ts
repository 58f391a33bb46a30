import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

/** Keeps log(p) finite where a probability has rounded to 0 or 1. */
const EPSILON = 1e-7;

export const bce = defineLoss({
  type: 'bce',
  operands: 'scores',
  summary:
    'Binary cross-entropy of a real/fake decision: the original GAN loss, non-saturating for the generator.',
  description:
    'real: -log s, fake: -log(1 - s), fool: -log s, with s = sigmoid(score); where the discriminator ends in a sigmoid its scores are taken as probabilities.',
  paper: 'arXiv:1406.2661',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'bce', real: 'D(source, target)', fake: 'D(source, fake)', weight: 0.5 },

  build(_params, { tf, scores }) {
    if (scores === 'probabilities') {
      const real = (p: Parameters<typeof tf.log>[0]) =>
        tf.neg(tf.log(tf.clipByValue(p, EPSILON, 1 - EPSILON)));
      return { real, fool: real, fake: (p) => real(tf.sub(1, p)) };
    }
    // -log sigmoid(x) = softplus(-x), which does not overflow.
    const real = (x: Parameters<typeof tf.softplus>[0]) => tf.softplus(tf.neg(x));
    return { real, fool: real, fake: (x) => tf.softplus(x) };
  },
});
