import { type Case, type Family, unary, VALUE } from './case.js';

const cases: readonly Case[] = [
  unary('sum of all', ({ tf }, x) => tf.sum(x)),
  unary('sum', ({ tf }, x) => tf.sum(x, [0, 2])),
  unary('sum keeping dims', ({ tf }, x) => tf.sum(x, [-1, 1], true)),
  unary('mean of all', ({ tf }, x) => tf.mean(x)),
  unary('mean', ({ tf }, x) => tf.mean(x, [1, 2], true)),
  unary('max', ({ tf }, x) => tf.max(x, [1, 2])),
  unary('min', ({ tf }, x) => tf.min(x, -1)),
  unary('prod', ({ tf }, x) => tf.prod(tf.mul(x, 2), 3), VALUE),
  unary('all', ({ tf }, x) => tf.all(tf.greater(x, -0.8), 3), VALUE),
  unary('any', ({ tf }, x) => tf.any(tf.greater(x, 0.8), [0, 1]), VALUE),
  unary('argMax', ({ tf }, x) => tf.argMax(x, 3), VALUE),
  unary('argMin', ({ tf }, x) => tf.argMin(x, 1), VALUE),
  unary('softmax', ({ tf }, x) => tf.softmax(tf.mul(x, 3))),
  unary('logSoftmax', ({ tf }, x) => tf.logSoftmax(tf.mul(x, 3))),
  unary('logSumExp', ({ tf }, x) => tf.logSumExp(x, [1, 2])),
  unary('norm', ({ tf }, x) => tf.norm(x)),
  unary('moments', ({ tf }, x) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.add(mean, tf.mul(variance, 3));
  }),
  unary('sum of bools', ({ tf }, x) => tf.sum(tf.greater(x, 0)), VALUE),
  unary('mean of int32', ({ tf }, x) => tf.mean(tf.cast(tf.mul(x, 9), 'int32')), VALUE),
];

export const reductions: Family = { name: 'reductions', cases };
