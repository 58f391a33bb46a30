import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

export const l2 = defineLoss({
  type: 'l2',
  operands: 'difference',
  summary:
    'Mean squared difference; blurrier than l1, since its optimum is the mean of all plausible outputs.',
  description: 'On the scale of the tensors: images lie in [-1, 1]. Over `features` the mean over the list.',
  formula: 'mean of (of - to)^2',
  paper: 'arXiv:1604.07379',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'l2', of: 'fake', to: 'target', weight: 100 },

  build(_params, { tf }) {
    return (of, to) => tf.squaredDifference(of, to);
  },
});
