import { type Case, type Family, unary, VALUE } from './case.js';

const cases: readonly Case[] = [
  unary('reshape', ({ tf }, x) => tf.reshape(x, [5, -1])),
  unary('reshape that only drops ones', ({ tf }, x) => tf.squeeze(tf.sum(x, [0, 3], true))),
  unary('expandDims', ({ tf }, x) => tf.mul(tf.expandDims(x, 1), tf.expandDims(x, 2))),
  unary('transpose', ({ tf }, x) => tf.transpose(x, [2, 0, 3, 1])),
  unary('concat', ({ tf }, x) => tf.concat([x, tf.square(x), x], 2)),
  unary('stack', ({ tf }, x) => tf.stack([x, tf.neg(x)], 3)),
  unary('unstack', ({ tf }, x) => tf.mul(tf.unstack(x, 2)[1]!, tf.unstack(x, 2)[4]!)),
  unary('slice', ({ tf }, x) => tf.slice(x, [0, 1, 2, 0], [2, 2, 1, 6])),
  unary('stridedSlice', ({ tf }, x) => tf.stridedSlice(x, [0, 2, 0, 6], [2, 0, 5, 0], [1, -1, 2, -2]), VALUE),
  unary('split', ({ tf }, x) => {
    const [a, b, c] = tf.split(x, [1, 3, 3], 3);
    return tf.add(tf.mul(b!, c!), a!);
  }),
  unary('pad', ({ tf }, x) =>
    tf.pad(
      x,
      [
        [0, 1],
        [2, 0],
        [0, 0],
        [3, 4],
      ],
      0.5,
    ),
  ),
  unary('mirrorPad reflect', ({ tf }, x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [2, 1],
        [3, 4],
        [0, 0],
      ],
      'reflect',
    ),
  ),
  unary('mirrorPad symmetric', ({ tf }, x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [3, 1],
        [0, 5],
        [2, 0],
      ],
      'symmetric',
    ),
  ),
  unary('tile', ({ tf }, x) => tf.tile(x, [1, 2, 1, 3])),
  unary('tile of ones', ({ tf }, x) => tf.square(tf.tile(tf.sum(x, [1, 3], true), [1, 4, 1, 2]))),
  unary('broadcastTo', ({ tf }, x) => tf.square(tf.broadcastTo(tf.sum(x, [0, 2]), [2, 3, 7]))),
  unary('reverse', ({ tf }, x) => tf.reverse(x, [1, 3])),
];

export const shapes: Family = { name: 'shapes', cases };
