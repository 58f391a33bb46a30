import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

export const l1 = defineLoss({
  type: 'l1',
  operands: 'difference',
  summary: 'Mean absolute difference; its weight is the lambda of pix2pix.',
  description: 'On the scale of the tensors: images lie in [-1, 1]. Over `features` the mean over the list.',
  formula: 'mean of |of - to|',
  paper: 'arXiv:1611.07004',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'l1', of: 'fake', to: 'target', weight: 100 },

  build(_params, { tf }) {
    return (of, to) => tf.abs(tf.sub(of, to));
  },
});
