import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

export const hinge = defineLoss({
  type: 'hinge',
  operands: 'scores',
  summary: 'Hinge loss of a real/fake decision: the discriminator is left alone beyond a margin of 1.',
  formula: 'real: max(0, 1 - x); fake: max(0, 1 + x); fool: -x',
  paper: 'arXiv:1705.02894',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'hinge', real: 'D(source, target)', fake: 'D(source, fake)' },

  decides: () => ({ real: { boundary: 1, least: 0 }, fake: { boundary: 1, least: 0 } }),

  build(_params, { tf }) {
    return {
      real: (x) => tf.relu(tf.sub(1, x)),
      fake: (x) => tf.relu(tf.add(1, x)),
      fool: (x) => tf.neg(x),
    };
  },
});
