import { Type } from 'typebox';
import { squaredNorms } from '../blocks/index.js';
import { defineLoss } from '../registry/index.js';

/** Under the root: its slope at 0 would be infinite. */
const EPSILON = 1e-12;

export const pathLength = defineLoss({
  type: 'path-length',
  operands: 'penalty',
  summary: 'Makes a step in the latent space change the image by the same amount everywhere.',
  description:
    '`of` is the generator’s image, `at` the latent `[length]` that it is made from. y is a new image of normal noise in each step, divided by the root of the number of pixels; a is the running mean of |J^T y|, kept in checkpoints. The authors’ code gives it a weight of 2, and takes the root mean square over the layers’ copies of the latent, where this, as the formula, has one latent.',
  formula:
    'mean over examples of (|J^T y| - a)^2, J^T y = d sum(of y) / d at, y ~ N(0, 1) / sqrt(height width)',
  paper: 'arXiv:1912.04958',
  params: Type.Object(
    {
      decay: Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.01,
        description: 'Share of the running mean that a step replaces.',
      }),
    },
    { additionalProperties: false },
  ),
  state: { mean: [] },
  example: { type: 'path-length', of: 'fake', at: 'w', weight: 2, every: '4 steps' },

  build({ decay }, { tf }) {
    return {
      objective(of, { draw }) {
        const [, height = 1, width = 1] = of.shape;
        const deviation = of.rank === 4 ? 1 / Math.sqrt(height * width) : 1;
        const noise = draw(of.shape, (random, values) => void random.fillNormal(values, 0, deviation));
        return tf.sum(tf.mul(of, noise));
      },
      penalise(gradient, { state, constant }) {
        const lengths = tf.sqrt(tf.add(squaredNorms(tf, gradient), EPSILON));
        const mean = constant(() => {
          const now = tf.mean(lengths);
          if (!state) return now;
          const moved = tf.add(tf.mul(state.mean!, 1 - decay), tf.mul(now, decay));
          state.mean!.assign(moved);
          return moved;
        });
        return tf.square(tf.sub(lengths, mean));
      },
    };
  },
});
