import type { Tensor } from '@tensorflow/tfjs';
import type { Case, Family } from './case.js';

type Product = readonly [name: string, a: readonly number[], b: readonly number[], ta: boolean, tb: boolean];

const products: readonly Product[] = [
  ['matMul', [3, 4], [4, 5], false, false],
  ['matMul, a transposed', [4, 3], [4, 5], true, false],
  ['matMul, b transposed', [3, 4], [5, 4], false, true],
  ['matMul, both transposed', [4, 3], [5, 4], true, true],
  ['matMul of a row', [1, 7], [7, 3], false, false],
  ['matMul in batches', [2, 3, 4], [2, 4, 5], false, false],
  ['matMul in batches, a transposed', [2, 4, 3], [2, 4, 5], true, false],
  ['matMul in batches, b transposed', [2, 3, 4], [2, 5, 4], false, true],
  ['matMul in batches of batches', [2, 3, 3, 4], [2, 3, 4, 2], false, false],
];

const cases: readonly Case[] = [
  ...products.map(([name, a, b, ta, tb]): Case => ({
    name,
    inputs: [a, b],
    run: ({ tf }, x, y) => tf.matMul(x, y, ta, tb),
    order: 2,
  })),
  {
    name: 'matMul broadcast',
    inputs: [
      [2, 3, 4],
      [1, 4, 2],
    ],
    run: ({ tf }, a, b) => tf.matMul(a, b),
    order: 0,
  },
  {
    name: 'dense: flatten, product, bias',
    inputs: [[3, 2, 5, 2], [20, 7], [7]],
    run: ({ tf }, x, kernel, bias) => tf.add(tf.matMul(tf.reshape(x, [3, 20]), kernel as never), bias),
    order: 2,
  },
  {
    name: 'outer product of vectors',
    inputs: [[5], [4]],
    run: ({ tf }, a, b) => tf.outerProduct(a as never, b as never),
  },
  {
    name: 'dot',
    inputs: [[6], [6]],
    run: ({ tf }, a, b) => tf.dot(a, b),
  },
  {
    name: 'attention: softmax of queries by keys, times values',
    inputs: [
      [2, 6, 3],
      [2, 6, 3],
      [2, 6, 5],
    ],
    run: ({ tf }, queries, keys, values) =>
      tf.matMul(tf.softmax(tf.matMul(queries, keys, false, true)), values),
    order: 2,
  },
  {
    name: 'spectral norm: one power iteration and the norm it finds',
    inputs: [
      [3, 3, 4, 5],
      [1, 5],
    ],
    run: ({ tf }, kernel, u) => {
      const matrix = tf.reshape(kernel, [36, 5]);
      const unit = (x: Tensor) => tf.div(x, tf.add(tf.norm(x), 1e-12));
      const v = unit(tf.matMul(u, matrix, false, true));
      const next = unit(tf.matMul(v, matrix));
      const sigma = tf.sum(tf.mul(tf.matMul(v as never, matrix as never), next));
      return tf.div(kernel, sigma);
    },
  },
];

export const linear: Family = { name: 'linear', cases };
