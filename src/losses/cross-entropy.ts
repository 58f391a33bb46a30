import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

export const crossEntropy = defineLoss({
  type: 'cross-entropy',
  operands: 'difference',
  summary: 'Cross-entropy of a choice among classes: of an image’s class, or of every pixel’s.',
  description:
    '`of` is logits, one per class on the last axis, and `to` one-hot: a `class` field, `labels`, or a `random-label`.',
  formula:
    'mean over examples (and pixels) of -sum_c t_c log softmax(of)_c, t = (1 - label_smoothing) to + label_smoothing / classes',
  paper: 'arXiv:1512.00567',
  params: Type.Object(
    {
      label_smoothing: Type.Number({
        minimum: 0,
        exclusiveMaximum: 1,
        default: 0,
        description: 'Share of the label that is spread over all classes.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'cross-entropy', of: 'D.class(real)', to: 'label' },

  build({ label_smoothing: smoothing }, { tf }) {
    return (of, to) => {
      const spread = smoothing / to.shape.at(-1)!;
      const target = smoothing > 0 ? tf.add(tf.mul(to, 1 - smoothing), spread) : to;
      // log of the sum of exponentials less what the label picks: finite for any logit. The last axis stays, for masks.
      return tf.sub(tf.logSumExp(of, -1, true), tf.sum(tf.mul(of, target), -1, true));
    };
  },
});
