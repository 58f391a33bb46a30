import { type Case, type Family, unary, VALUE } from './case.js';

const cases: readonly Case[] = [
  unary('gather', ({ tf }, x) => tf.gather(x, tf.tensor1d([2, 0, 2, 1], 'int32'), 1)),
  unary('gather of rows by a matrix of indices', ({ tf }, x) =>
    tf.gather(
      x,
      tf.tensor2d(
        [
          [1, 0],
          [0, 0],
        ],
        undefined,
        'int32',
      ),
    ),
  ),
  unary('oneHot', ({ tf }, x) => tf.oneHot(tf.cast(tf.mul(tf.abs(x), 5), 'int32'), 5, 2, -1), VALUE),
  {
    name: 'embedding: oneHot times a table',
    inputs: [[4, 3]],
    run: ({ tf }, table) =>
      tf.matMul(tf.cast(tf.oneHot(tf.tensor1d([2, 0, 3, 2, 1], 'int32'), 4), 'float32'), table),
    order: 2,
  },
  {
    name: 'unsortedSegmentSum',
    inputs: [[5, 3]],
    run: ({ tf }, x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, 3, 0], 'int32'), 4),
  },
  {
    name: 'where',
    inputs: [
      [2, 3, 5],
      [2, 3, 5],
    ],
    run: ({ tf }, a, b) =>
      tf.where(tf.tensor1d([true, false, true, true, false]), tf.square(a), tf.mul(a, b)),
    order: 2,
  },
  {
    name: 'where, by the values themselves',
    inputs: [
      [2, 3, 5],
      [2, 3, 5],
    ],
    run: ({ tf }, a, b) => tf.where(tf.greater(a, b), tf.square(a), tf.mul(a, b)),
    order: 2,
  },
];

export const indexing: Family = { name: 'indexing', cases };
