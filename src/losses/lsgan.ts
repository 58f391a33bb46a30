import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

export const lsgan = defineLoss({
  type: 'lsgan',
  operands: 'scores',
  summary: 'Least squares GAN: scores are pulled to 1 (real) and 0 (fake).',
  description: 'The paper halves each part: `weight: 0.5`.',
  formula: 'real: (x - 1)^2; fake: x^2; fool: (x - 1)^2',
  paper: 'arXiv:1611.04076',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'lsgan', real: 'D(source, target)', fake: 'D(source, fake)', weight: 0.5 },

  decides: () => ({ real: { boundary: 0.25, least: 0 }, fake: { boundary: 0.25, least: 0 } }),

  build(_params, { tf }) {
    return {
      real: (x) => tf.square(tf.sub(x, 1)),
      fake: (x) => tf.square(x),
      fool: (x) => tf.square(tf.sub(x, 1)),
    };
  },
});
