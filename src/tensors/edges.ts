import type { Tensor4D } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import { imageShape } from '../core/image-shape.js';
import { defineTensor } from '../registry/index.js';

/** Keeps the square root's slope finite where an image is flat. */
const EPSILON = 1e-12;

export const edges = defineTensor({
  type: 'edges',
  summary: 'Where brightness changes: an image that is -1 where the image is flat, and 1 on strong edges.',
  description:
    'At gain 1 an upright step from -1 to 1 gives exactly 1. Mirrored at the border, which is no edge. Shape: [height, width, 1].',
  formula: 'y = min(gain |Sobel(m)| - 1, 1), m the mean over channels, kernels [1 2 1]^T [-1 0 1] / 4',
  params: Type.Object(
    {
      of: Type.String({ description: 'The call or name of an image of any number of channels.' }),
      gain: Type.Number({
        exclusiveMinimum: 0,
        default: 1,
        description: 'Factor on the length of the gradient: larger ones bring out weaker edges.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'edges', of: 'photo', gain: 1 },
  operands: ['of'],
  stopsGradient: false,

  shape(_params, [of]) {
    const [height, width] = imageShape('edges', [of!]);
    return [height, width, 1];
  },

  build:
    ({ gain }, { tf }) =>
    ([of]) => {
      const brightness = tf.mean<Tensor4D>(of!, -1, true);
      const margins: [number, number][] = [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ];
      const padded = tf.mirrorPad(brightness, margins, 'symmetric');
      const slopes = ([3, 1] as const).map((rows) => {
        // Differences along one axis, smoothed along the other.
        const difference = tf.conv2d(padded, tf.tensor4d([-1, 0, 1], [rows, 4 - rows, 1, 1]), 1, 'valid');
        return tf.conv2d(difference, tf.tensor4d([0.25, 0.5, 0.25], [4 - rows, rows, 1, 1]), 1, 'valid');
      });
      const [down, across] = slopes.map((slope) => tf.square(slope));
      const length = tf.sqrt(tf.add(tf.add(down!, across!), EPSILON));
      return tf.minimum(tf.sub(tf.mul(length, gain), 1), 1);
    },
});
