import { Type } from 'typebox';
import { differences } from '../blocks/index.js';
import { defineLoss } from '../registry/index.js';

export const gradientDifference = defineLoss({
  type: 'gradient-difference',
  operands: 'difference',
  whole: true,
  summary: 'Makes edges as sharp as in the reference: compares differences of neighbouring pixels.',
  description: 'Goes beside l1 or l2, since it does not see brightness. Means where the paper sums.',
  formula:
    'mean of ||dy of| - |dy to||^alpha + mean of ||dx of| - |dx to||^alpha, dy and dx differences of neighbours',
  paper: 'arXiv:1511.05440',
  params: Type.Object(
    {
      alpha: Type.Enum([1, 2], { default: 1, description: 'Power of the difference of the two gradients.' }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'gradient-difference', of: 'fake', to: 'target', weight: 1 },

  build({ alpha }, { tf }) {
    return (of, to) => {
      const [made, wanted] = [of, to].map((image) => differences(tf, image).map((d) => tf.abs(d)));
      const gaps = made!.map((d, i) => tf.sub(d, wanted![i]!));
      return tf.addN(gaps.map((gap) => tf.mean(alpha === 1 ? tf.abs(gap) : tf.square(gap))));
    };
  },
});
