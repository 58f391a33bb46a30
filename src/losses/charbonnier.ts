import { Type } from 'typebox';
import { defineLoss } from '../registry/index.js';

export const charbonnier = defineLoss({
  type: 'charbonnier',
  operands: 'difference',
  summary: 'A smooth l1: quadratic near zero, linear far from it.',
  description: 'The default of epsilon is LapSRN’s (arXiv:1704.03915).',
  formula: 'mean of sqrt((of - to)^2 + epsilon^2)',
  paper: 'doi:10.1109/ICIP.1994.413553',
  params: Type.Object(
    {
      epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-3, description: 'Where the curve bends.' }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'charbonnier', of: 'fake', to: 'target', weight: 100 },

  build({ epsilon }, { tf }) {
    return (of, to) => tf.sqrt(tf.add(tf.squaredDifference(of, to), epsilon ** 2));
  },
});
