import type { Tensor } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { defineLoss } from '../registry/index.js';

/** Under the root: keeps the direction of a pixel without features finite. */
const EPSILON = 1e-7;

export const patchNce = defineLoss({
  type: 'patch-nce',
  operands: 'difference',
  whole: true,
  summary:
    'Contrastive loss of patches: what a place became is to tell by which place of the source it was, of all places: CUT.',
  description:
    '`of` are features of the image made, `to` those of its source, one vector per place; a small network of 1x1 convolutions on a layer of the generator’s encoder gives them, as in of: F(G.down2(fake)). The paper detaches the source’s features (`{ type: detach, of: F(G.down2(source)) }`) and draws 256 places; here all places of the image count, so that memory grows with (height width)^2 of the layer: take one of 16x16 to 64x64.',
  formula:
    'mean over places i of -log(exp(s_ii) / sum_j exp(s_ij)), s_ij = cos(of_i, to_j) / temperature, j over the places of one image',
  paper: 'arXiv:2007.15651',
  params: Type.Object(
    {
      temperature: Type.Number({
        exclusiveMinimum: 0,
        default: 0.07,
        description: 'The lower, the more the nearest wrong place counts.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'patch-nce', of: 'F(G.e2(fake))', to: 'F(G.e2(source))' },

  check(_params, shape) {
    imageShape('patch-nce', [shape]);
  },

  build({ temperature }, { tf }) {
    const directions = (x: Tensor): Tensor => {
      const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
      const rows = tf.reshape(x, [batch, height * width, channels]);
      return tf.div(rows, tf.sqrt(tf.add(tf.sum(tf.square(rows), -1, true), EPSILON)));
    };
    return (of, to) => {
      const [made, source] = [directions(of), directions(to)];
      const alike = tf.div(tf.matMul(made, source, false, true), temperature);
      const positive = tf.div(tf.sum(tf.mul(made, source), -1), temperature);
      return tf.sub(tf.logSumExp(alike, -1), positive);
    };
  },
});
