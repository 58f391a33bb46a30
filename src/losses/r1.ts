import { Type } from 'typebox';
import { squaredNorms } from '../blocks/index.js';
import { defineLoss } from '../registry/index.js';

export const r1 = defineLoss({
  type: 'r1',
  operands: 'penalty',
  summary: 'Penalises the discriminator’s gradient at real images, so that it is flat where it should rest.',
  description:
    'Its weight is the paper’s gamma. With `every: 16 steps` it is lazy as in StyleGAN2 (arXiv:1912.04958): the weight is then 16-fold by itself.',
  formula: 'mean over examples of |d of / d at|^2 / 2',
  paper: 'arXiv:1801.04406',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'r1', of: 'D(source, target)', at: 'target', weight: 10, every: '16 steps' },

  build(_params, { tf }) {
    return { penalise: (gradient) => tf.div(squaredNorms(tf, gradient), 2) };
  },
});
