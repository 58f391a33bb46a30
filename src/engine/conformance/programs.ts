import type { Tensor4D } from '@tensorflow/tfjs';
import type { Case, Family } from './case.js';

/** Programs whose values change layout along the way. */
const cases: readonly Case[] = [
  {
    name: 'conv, bias, concat with an image, conv, flatten, matMul',
    inputs: [[2, 8, 6, 3], [3, 3, 3, 4], [4], [3, 3, 7, 2], [96, 3]],
    run: ({ tf }, x, w1, bias, w2, dense) => {
      const h = tf.leakyRelu(tf.add(tf.conv2d(x as Tensor4D, w1 as Tensor4D, 1, 'same'), bias), 0.2);
      const joined = tf.concat([h, x], 3);
      const map = tf.conv2d(joined as Tensor4D, w2 as Tensor4D, 1, 'same');
      return tf.matMul(tf.reshape(map, [2, 96]), dense);
    },
  },
  {
    name: 'conv, instance statistics, mirror pad, slice, transpose',
    inputs: [
      [2, 8, 6, 3],
      [3, 3, 3, 4],
    ],
    run: ({ tf }, x, w) => {
      const h = tf.conv2d(x as Tensor4D, w as Tensor4D, 1, 'same');
      const centred = tf.sub(h, tf.mean(h, [1, 2], true));
      const padded = tf.mirrorPad(
        centred,
        [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        'reflect',
      );
      return tf.transpose(tf.slice(padded, [0, 1, 0, 1], [2, 7, 8, 2]), [3, 0, 2, 1]);
    },
  },
];

export const programs: Family = { name: 'programs', cases };
