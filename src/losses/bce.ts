import type { Tensor } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

/** Keeps log(p) finite where a probability has rounded to 0 or 1. */
const EPSILON = 1e-7;

export const bce = defineLoss({
  type: 'bce',
  operands: 'scores',
  probabilities: true,
  summary:
    'Binary cross-entropy of a real/fake decision: the original GAN loss, non-saturating for the generator.',
  description:
    's = sigmoid(score); where the discriminator ends in a sigmoid its scores are taken as probabilities, s = score. Label smoothing is one-sided (arXiv:1606.03498): it lowers what D should say of real ones, and nothing else.',
  formula:
    'real: -t log s - (1 - t) log(1 - s) with t = 1 - label_smoothing; fake: -log(1 - s); fool: -log s',
  paper: 'arXiv:1406.2661',
  params: Type.Object(
    {
      label_smoothing: Type.Number({
        minimum: 0,
        exclusiveMaximum: 0.5,
        default: 0,
        description: 'How far below 1 the label of real ones is: 0.1 asks D to be 90 % sure.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'bce', real: 'D(source, target)', fake: 'D(source, fake)', weight: 0.5 },

  decides({ label_smoothing: smoothing }) {
    const entropy = (p: number): number => (p === 0 ? 0 : -p * Math.log(p));
    return {
      real: { boundary: Math.LN2, least: entropy(smoothing) + entropy(1 - smoothing) },
      fake: { boundary: Math.LN2, least: 0 },
    };
  },

  build({ label_smoothing: smoothing }, { tf, scores }) {
    // -log s and -log(1 - s) of logits are softplus(-x) and softplus(x), which do not overflow.
    const isReal =
      scores === 'logits'
        ? (x: Tensor) => tf.softplus(tf.neg(x))
        : (p: Tensor) => tf.neg(tf.log(tf.clipByValue(p, EPSILON, 1 - EPSILON)));
    const isFake = scores === 'logits' ? (x: Tensor) => tf.softplus(x) : (p: Tensor) => isReal(tf.sub(1, p));
    const smoothed = (x: Tensor) => tf.add(tf.mul(isReal(x), 1 - smoothing), tf.mul(isFake(x), smoothing));
    return { real: smoothing > 0 ? smoothed : isReal, fake: isFake, fool: isReal };
  },
});
