import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

export const wgan = defineLoss({
  type: 'wgan',
  operands: 'scores',
  lipschitz: true,
  summary: 'Wasserstein GAN: the critic pushes the scores of real images and fakes apart without limit.',
  description:
    'Minus the critic’s loss estimates the earth mover’s distance, as far as the critic is 1-Lipschitz: add a `gradient-penalty`, or clip its weights (`clip_weights: 0.01`) as the first paper did.',
  formula: 'real: -x; fake: x; fool: -x',
  paper: 'arXiv:1701.07875',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'wgan', real: 'D(real)', fake: 'D(fake)' },

  build(_params, { tf }) {
    return { real: (x) => tf.neg(x), fake: (x) => x, fool: (x) => tf.neg(x) };
  },
});
