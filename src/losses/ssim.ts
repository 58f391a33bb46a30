import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import { defineLoss } from '../registry/index.js';

const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

export const ssim = defineLoss({
  type: 'ssim',
  operands: 'difference',
  whole: true,
  summary: 'One minus the structural similarity: luminance, contrast and structure of every neighbourhood.',
  description:
    'The metric `ssim` before rounding to 8 bits: images in [-1, 1] are brought to [0, 1]; K1 = 0.01, K2 = 0.03, over whole windows of each channel.',
  formula:
    '1 - mean of (2 mu_x mu_y + C1)(2 s_xy + C2) / ((mu_x^2 + mu_y^2 + C1)(s_x^2 + s_y^2 + C2)), means under a Gaussian window',
  paper: 'doi:10.1109/TIP.2003.819861',
  params: Type.Object(
    {
      window: Type.Integer({
        minimum: 2,
        maximum: 63,
        default: 11,
        description: 'Side of the window in pixels.',
      }),
      deviation: Type.Number({
        exclusiveMinimum: 0,
        default: 1.5,
        description: 'Of the Gaussian, in pixels.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'ssim', of: 'fake', to: 'target', weight: 1 },

  check({ window }, shape) {
    if (shape.length === 3 && Math.min(shape[0]!, shape[1]!) >= window) return;
    throw new UserError(
      `ssim compares images of at least ${window}x${window} pixels, not ${formatShape(shape)}.`,
      {
        exitCode: 2,
        remedy: 'Use a smaller `window`, or l1.',
      },
    );
  },

  build({ window, deviation }, { tf }) {
    const weights = Array.from({ length: window }, (_, i) =>
      Math.exp(-((i - (window - 1) / 2) ** 2) / (2 * deviation ** 2)),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    /** Means under the window, by a column and a row. */
    const blur = (x: Tensor4D): Tensor4D => {
      const line = weights.map((weight) => weight / sum);
      const down = tf.conv2d(x, tf.tensor4d(line, [window, 1, 1, 1]), 1, 'valid');
      return tf.conv2d(down, tf.tensor4d(line, [1, window, 1, 1]), 1, 'valid');
    };
    /** In [0, 1], channels in the batch. */
    const channelsFirst = (x: Tensor): Tensor4D => {
      const [batch = 1, height = 1, width = 1, channels = 1] = x.shape;
      const light = tf.div(tf.add(x, 1), 2);
      return tf.reshape(tf.transpose(light, [0, 3, 1, 2]), [batch * channels, height, width, 1]);
    };
    return (of, to) => {
      const [x, y] = [channelsFirst(of), channelsFirst(to)];
      const [mx, my] = [blur(x), blur(y)];
      const [xx, yy, xy] = [tf.square(mx), tf.square(my), tf.mul(mx, my)];
      const spread = tf.sub(tf.add(blur(tf.square(x)), blur(tf.square(y))), tf.add(xx, yy));
      const shared = tf.sub(blur(tf.mul(x, y)), xy);
      const likeness = tf.mul(tf.add(tf.mul(xy, 2), C1), tf.add(tf.mul(shared, 2), C2));
      const scale = tf.mul(tf.add(tf.add(xx, yy), C1), tf.add(spread, C2));
      return tf.sub(1, tf.div(likeness, scale));
    };
  },
});
