import type { Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../../core/ops.js';
import { type Case, type Compute, type Family, unary, VALUE } from './case.js';

const positive = (tf: Tf, x: Tensor) => tf.add(tf.abs(x), 0.1);

/** WGSL asks for sines of angles up to pi within 2^-11. */
const WGSL_ANGLES = { wgslTolerance: 2 ** -11 };
/** WGSL may assume that there are neither infinities nor NaNs. */
const WGSL_INFINITIES = { ...VALUE, wgslTolerance: Infinity };

const cases: readonly Case[] = [
  unary('relu', ({ tf }, x) => tf.relu(x)),
  unary('relu6', ({ tf }, x) => tf.relu6(tf.mul(x, 9))),
  unary('leakyRelu', ({ tf }, x) => tf.leakyRelu(x, 0.2)),
  unary('elu', ({ tf }, x) => tf.elu(x)),
  unary('tanh', ({ tf }, x) => tf.tanh(x)),
  unary('sigmoid', ({ tf }, x) => tf.sigmoid(x)),
  unary('softplus', ({ tf }, x) => tf.softplus(tf.mul(x, 30))),
  unary('log', ({ tf }, x) => tf.log(positive(tf, x))),
  unary('log1p of small values', ({ tf }, x) => tf.log1p(tf.mul(tf.abs(x), 1e-5)), {
    tolerance: 1e-5, // of a floor of 1e-3: log(1 + x) as it stands would be off by six times that
  }),
  unary('log1p', ({ tf }, x) => tf.log1p(tf.abs(x))),
  unary('exp', ({ tf }, x) => tf.exp(x)),
  unary('expm1', ({ tf }, x) => tf.expm1(x)),
  unary('abs', ({ tf }, x) => tf.abs(x)),
  unary('sign', ({ tf }, x) => tf.sign(x)),
  unary('neg', ({ tf }, x) => tf.neg(x)),
  unary('sqrt', ({ tf }, x) => tf.sqrt(positive(tf, x))),
  unary('rsqrt', ({ tf }, x) => tf.rsqrt(positive(tf, x))),
  unary('square', ({ tf }, x) => tf.square(x)),
  unary('reciprocal', ({ tf }, x) => tf.reciprocal(positive(tf, x))),
  unary('floor', ({ tf }, x) => tf.floor(tf.mul(x, 5))),
  unary('ceil', ({ tf }, x) => tf.ceil(tf.mul(x, 5))),
  unary('round', ({ tf }, x) => tf.round(tf.mul(x, 5))),
  unary('sin', ({ tf }, x) => tf.sin(x), WGSL_ANGLES),
  unary('cos', ({ tf }, x) => tf.cos(x), WGSL_ANGLES),
  unary('erf', ({ tf }, x) => tf.erf(x), { tolerance: 1e-5 }),
  unary('clipByValue', ({ tf }, x) => tf.clipByValue(x, -0.4, 0.3)),
  unary('step', ({ tf }, x) => tf.step(x, 0.3)),
  unary('step with negative slope', ({ tf }, x) => tf.step(x, -1)),
  unary('isNaN', ({ tf }, x) => tf.isNaN(tf.log(x)), WGSL_INFINITIES),
  unary('isFinite', ({ tf }, x) => tf.isFinite(tf.log(tf.relu(x))), WGSL_INFINITIES),
  unary('isInf', ({ tf }, x) => tf.isInf(tf.log(tf.relu(x))), WGSL_INFINITIES),
  unary('logicalNot', ({ tf }, x) => tf.logicalNot(tf.greater(x, 0)), VALUE),
  unary('cast to int32', ({ tf }, x) => tf.cast(tf.mul(x, 9), 'int32'), VALUE),
  unary('cast to bool', ({ tf }, x) => tf.cast(tf.relu(x), 'bool'), VALUE),
  unary('zerosLike and onesLike', ({ tf }, x) => tf.add(tf.mul(tf.zerosLike(x), x), tf.onesLike(x))),
  unary('fill', ({ tf }, x) => tf.mul(x, tf.fill([3, 5, 7], 0.5))),
  unary('linspace and range', ({ tf }, x) => tf.mul(x, tf.add(tf.linspace(0, 1, 7), tf.range(0, 7, 1)))),
  ...(
    [
      ['add', ({ tf }, a, b) => tf.add(a, b)],
      ['sub', ({ tf }, a, b) => tf.sub(a, b)],
      ['mul', ({ tf }, a, b) => tf.mul(a, b)],
      ['div', ({ tf }, a, b) => tf.div(a, positive(tf, b))],
      ['maximum', ({ tf }, a, b) => tf.maximum(a, b)],
      ['minimum', ({ tf }, a, b) => tf.minimum(a, b)],
      ['squaredDifference', ({ tf }, a, b) => tf.squaredDifference(a, b)],
      ['pow', ({ tf }, a, b) => tf.pow(positive(tf, a), b)],
    ] as [string, (on: Compute, a: Tensor, b: Tensor) => Tensor][]
  ).map(([name, run]): Case => ({
    name,
    inputs: [
      [2, 3, 4, 5],
      [3, 1, 5],
    ],
    run,
  })),
  ...(['greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual'] as const).map((name): Case => ({
    name,
    inputs: [[4, 5], [5]],
    run: ({ tf }, a, b) => tf[name](tf.round(tf.mul(a, 2)), tf.round(tf.mul(b, 2))),
    ...VALUE,
  })),
  unary(
    'logicalAnd and logicalOr',
    ({ tf }, x) => {
      const [a, b] = [tf.greater(x, 0), tf.less(x, 0.5)];
      return tf.logicalOr(tf.logicalAnd(a, b), tf.equal(x, 0));
    },
    VALUE,
  ),
  {
    name: 'floorDiv',
    inputs: [[25, 40], [40]], // more than the thousand elements up to which tfjs's webgpu computes on the host
    run({ tf }, x, y) {
      const [a, b] = [tf.round(tf.mul(x, 1000)), tf.add(tf.mul(tf.floor(tf.mul(y, 8)), 2), 1)];
      const [dividends, divisor] = [tf.concat([a, tf.mul(a, b)]), b].map((each) => tf.cast(each, 'int32'));
      return tf.floorDiv(dividends!, divisor!);
    },
    ...VALUE,
  },
  { name: 'prelu', inputs: [[2, 3, 4, 5], [5]], run: ({ tf }, x, alpha) => tf.prelu(x, alpha) },
  {
    name: 'addN',
    inputs: [
      [3, 4],
      [3, 4],
      [3, 4],
    ],
    run: ({ tf }, a, b, c) => tf.addN([a, b, c]),
  },
];

export const elementwise: Family = { name: 'elementwise', cases };
