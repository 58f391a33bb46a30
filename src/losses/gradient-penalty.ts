import { Type } from 'typebox';
import { squaredNorms } from '../blocks/index.js';
import { defineLoss } from '../registry/index.js';

/** Under the root: its slope at 0 would be infinite. */
const EPSILON = 1e-12;

export const gradientPenalty = defineLoss({
  type: 'gradient-penalty',
  operands: 'penalty',
  summary: 'Pulls the norm of the critic’s gradient between real images and fakes to 1: WGAN-GP.',
  description:
    '`at` is a tensor of type `interpolate`, and `of` the critic’s call on it. The norm is over all values of one example. The critic must judge each image by itself: layer or instance norm, not batch norm.',
  formula: 'mean over examples of (|d of / d at| - target)^2',
  paper: 'arXiv:1704.00028',
  params: Type.Object(
    {
      target: Type.Number({ minimum: 0, default: 1, description: 'The norm that is asked for.' }),
      one_sided: Type.Boolean({
        default: false,
        description: 'Whether only norms above the target are penalised.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'gradient-penalty', of: 'D(mixed)', at: 'mixed', weight: 10 },

  build({ target, one_sided }, { tf }) {
    return {
      penalise(gradient) {
        const excess = tf.sub(tf.sqrt(tf.add(squaredNorms(tf, gradient), EPSILON)), target);
        return tf.square(one_sided ? tf.relu(excess) : excess);
      },
    };
  },
});
