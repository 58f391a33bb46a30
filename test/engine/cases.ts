import type { Tensor, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from '../../src/core/ops.js';

/** One function of tensors, compared between engines with its gradients. */
export interface Case {
  readonly name: string;
  /** Shapes of the float inputs, filled with values in [-1, 1). */
  readonly inputs: readonly (readonly number[])[];
  readonly run: (tf: Tf, ...inputs: Tensor[]) => Tensor;
  /** False where the result has no gradient (integers, bools, positions). */
  readonly differentiable?: boolean;
  /** Allowed difference, relative to the largest value. */
  readonly tolerance?: number;
}

type Unary = (tf: Tf, x: Tensor) => Tensor;

function unary(name: string, run: Unary, more: Partial<Case> = {}): Case {
  return { name, inputs: [[2, 3, 5, 7]], run, ...more };
}

const positive = (tf: Tf, x: Tensor) => tf.add(tf.abs(x), 0.1);
const plain = { differentiable: false } as const;

export const elementwiseCases: readonly Case[] = [
  unary('relu', (tf, x) => tf.relu(x)),
  unary('relu6', (tf, x) => tf.relu6(tf.mul(x, 9))),
  unary('leakyRelu', (tf, x) => tf.leakyRelu(x, 0.2)),
  unary('elu', (tf, x) => tf.elu(x)),
  unary('tanh', (tf, x) => tf.tanh(x)),
  unary('sigmoid', (tf, x) => tf.sigmoid(x)),
  unary('softplus', (tf, x) => tf.softplus(tf.mul(x, 30))),
  unary('log', (tf, x) => tf.log(positive(tf, x))),
  unary('log1p of small values', (tf, x) => tf.log1p(tf.mul(tf.abs(x), 1e-5))),
  unary('log1p', (tf, x) => tf.log1p(tf.abs(x))),
  unary('exp', (tf, x) => tf.exp(x)),
  unary('expm1', (tf, x) => tf.expm1(x)),
  unary('abs', (tf, x) => tf.abs(x)),
  unary('sign', (tf, x) => tf.sign(x)),
  unary('neg', (tf, x) => tf.neg(x)),
  unary('sqrt', (tf, x) => tf.sqrt(positive(tf, x))),
  unary('rsqrt', (tf, x) => tf.rsqrt(positive(tf, x))),
  unary('square', (tf, x) => tf.square(x)),
  unary('reciprocal', (tf, x) => tf.reciprocal(positive(tf, x))),
  unary('floor', (tf, x) => tf.floor(tf.mul(x, 5))),
  unary('ceil', (tf, x) => tf.ceil(tf.mul(x, 5))),
  unary('round', (tf, x) => tf.round(tf.mul(x, 5))),
  unary('sin', (tf, x) => tf.sin(x)),
  unary('cos', (tf, x) => tf.cos(x)),
  unary('erf', (tf, x) => tf.erf(x), { tolerance: 1e-5 }),
  unary('clipByValue', (tf, x) => tf.clipByValue(x, -0.4, 0.3)),
  unary('step', (tf, x) => tf.step(x, 0.3)),
  unary('step with negative slope', (tf, x) => tf.step(x, -1)),
  unary('isNaN', (tf, x) => tf.isNaN(tf.log(x)), plain),
  unary('isFinite', (tf, x) => tf.isFinite(tf.log(tf.relu(x))), plain),
  unary('isInf', (tf, x) => tf.isInf(tf.log(tf.relu(x))), plain),
  unary('logicalNot', (tf, x) => tf.logicalNot(tf.greater(x, 0)), plain),
  unary('cast to int32', (tf, x) => tf.cast(tf.mul(x, 9), 'int32'), plain),
  unary('cast to bool', (tf, x) => tf.cast(tf.relu(x), 'bool'), plain),
  unary('zerosLike and onesLike', (tf, x) => tf.add(tf.mul(tf.zerosLike(x), x), tf.onesLike(x))),
  unary('fill', (tf, x) => tf.mul(x, tf.fill([3, 5, 7], 0.5))),
  unary('linspace and range', (tf, x) => tf.mul(x, tf.add(tf.linspace(0, 1, 7), tf.range(0, 7, 1)))),
  ...(
    [
      ['add', (tf, a, b) => tf.add(a, b)],
      ['sub', (tf, a, b) => tf.sub(a, b)],
      ['mul', (tf, a, b) => tf.mul(a, b)],
      ['div', (tf, a, b) => tf.div(a, positive(tf, b))],
      // tfjs's gradients of these three are made for operands of one shape only.
      ['maximum', (tf, a, b) => tf.maximum(a, tf.add(tf.zerosLike(a), b))],
      ['minimum', (tf, a, b) => tf.minimum(a, tf.add(tf.zerosLike(a), b))],
      ['squaredDifference', (tf, a, b) => tf.squaredDifference(a, tf.add(tf.zerosLike(a), b))],
      ['pow', (tf, a, b) => tf.pow(positive(tf, a), b)],
      // A condition must not depend on the inputs: tfjs has no gradient of Greater, not even a zero one.
      [
        'where',
        (tf, a, b) => tf.where(tf.tensor1d([true, false, true, true, false]), tf.square(a), tf.sub(a, b)),
      ],
    ] as [string, (tf: Tf, a: Tensor, b: Tensor) => Tensor][]
  ).map(([name, run]): Case => ({
    name,
    inputs: [
      [2, 3, 4, 5],
      [3, 1, 5],
    ],
    run: (tf, a, b) => run(tf, a, b),
  })),
  ...(['greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual'] as const).map((name): Case => ({
    name,
    inputs: [[4, 5], [5]],
    run: (tf, a, b) => tf[name](tf.round(tf.mul(a, 2)), tf.round(tf.mul(b, 2))),
    ...plain,
  })),
  unary(
    'logicalAnd and logicalOr',
    (tf, x) => {
      const [a, b] = [tf.greater(x, 0), tf.less(x, 0.5)];
      return tf.logicalOr(tf.logicalAnd(a, b), tf.equal(x, 0));
    },
    plain,
  ),
  unary('floorDiv', (tf, x) => tf.floorDiv(tf.cast(tf.mul(x, 90), 'int32'), tf.scalar(7, 'int32')), plain),
  { name: 'prelu', inputs: [[2, 3, 4, 5], [5]], run: (tf, x, alpha) => tf.prelu(x, alpha) },
  {
    name: 'addN',
    inputs: [
      [3, 4],
      [3, 4],
      [3, 4],
    ],
    run: (tf, a, b, c) => tf.addN([a, b, c]),
  },
];

export const reduceCases: readonly Case[] = [
  unary('sum of all', (tf, x) => tf.sum(x)),
  unary('sum', (tf, x) => tf.sum(x, [0, 2])),
  unary('sum keeping dims', (tf, x) => tf.sum(x, [-1, 1], true)),
  unary('mean of all', (tf, x) => tf.mean(x)),
  unary('mean', (tf, x) => tf.mean(x, [1, 2], true)),
  unary('max', (tf, x) => tf.max(x, [1, 2])),
  unary('min', (tf, x) => tf.min(x, -1)),
  unary('prod', (tf, x) => tf.prod(tf.mul(x, 2), 3), plain),
  unary('all', (tf, x) => tf.all(tf.greater(x, -0.8), 3), plain),
  unary('any', (tf, x) => tf.any(tf.greater(x, 0.8), [0, 1]), plain),
  unary('argMax', (tf, x) => tf.argMax(x, 3), plain),
  unary('argMin', (tf, x) => tf.argMin(x, 1), plain),
  unary('softmax', (tf, x) => tf.softmax(tf.mul(x, 3))),
  unary('logSoftmax', (tf, x) => tf.logSoftmax(tf.mul(x, 3))),
  unary('logSumExp', (tf, x) => tf.logSumExp(x, [1, 2])),
  unary('norm', (tf, x) => tf.norm(x)),
  unary('moments', (tf, x) => {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    return tf.add(mean, tf.mul(variance, 3));
  }),
  unary('sum of bools', (tf, x) => tf.sum(tf.greater(x, 0)), plain),
  unary('mean of int32', (tf, x) => tf.mean(tf.cast(tf.mul(x, 9), 'int32')), plain),
];

export const shapeCases: readonly Case[] = [
  unary('reshape', (tf, x) => tf.reshape(x, [5, -1])),
  unary('reshape that only drops ones', (tf, x) => tf.squeeze(tf.sum(x, [0, 3], true))),
  unary('expandDims', (tf, x) => tf.mul(tf.expandDims(x, 1), tf.expandDims(x, 2))),
  unary('transpose', (tf, x) => tf.transpose(x, [2, 0, 3, 1])),
  unary('concat', (tf, x) => tf.concat([x, tf.square(x), x], 2)),
  unary('stack', (tf, x) => tf.stack([x, tf.neg(x)], 3)),
  unary('unstack', (tf, x) => tf.mul(tf.unstack(x, 2)[1]!, tf.unstack(x, 2)[4]!)),
  unary('slice', (tf, x) => tf.slice(x, [0, 1, 2, 0], [2, 2, 1, 6])),
  unary('stridedSlice', (tf, x) => tf.stridedSlice(x, [0, 2, 0, 6], [2, 0, 5, 0], [1, -1, 2, -2]), plain),
  unary('split', (tf, x) => {
    const [a, b, c] = tf.split(x, [1, 3, 3], 3);
    return tf.add(tf.mul(b!, c!), a!);
  }),
  unary('pad', (tf, x) =>
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
  unary('mirrorPad reflect', (tf, x) =>
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
  unary('mirrorPad symmetric', (tf, x) =>
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
  unary('tile', (tf, x) => tf.tile(x, [1, 2, 1, 3])),
  unary('tile of ones', (tf, x) => tf.square(tf.tile(tf.sum(x, [1, 3], true), [1, 4, 1, 2]))),
  unary('broadcastTo', (tf, x) => tf.square(tf.broadcastTo(tf.sum(x, [0, 2]), [2, 3, 7]))),
  unary('reverse', (tf, x) => tf.reverse(x, [1, 3])),
  unary('gather', (tf, x) => tf.gather(x, tf.tensor1d([2, 0, 2, 1], 'int32'), 1)),
  unary('depthToSpace', (tf, x) =>
    tf.depthToSpace(tf.reshape(x, [1, 2, 5, 21]).slice([0, 0, 0, 0], [1, 2, 5, 20]) as Tensor4D, 2),
  ),
];

export const linearCases: readonly Case[] = [
  {
    name: 'matMul',
    inputs: [
      [3, 4],
      [4, 5],
    ],
    run: (tf, a, b) => tf.matMul(a, b),
  },
  {
    name: 'matMul transposed',
    inputs: [
      [4, 3],
      [5, 4],
    ],
    run: (tf, a, b) => tf.matMul(a, b, true, true),
  },
  {
    name: 'matMul in batches',
    inputs: [
      [2, 3, 4],
      [2, 5, 4],
    ],
    run: (tf, a, b) => tf.matMul(a, b, false, true),
  },
  {
    name: 'matMul broadcast',
    inputs: [
      [2, 3, 4],
      [1, 4, 2],
    ],
    run: (tf, a, b) => tf.matMul(a, b),
    ...plain,
  },
  {
    name: 'batchNorm',
    inputs: [[2, 3, 4, 5], [5], [5], [5], [5]],
    run: (tf, x, mean, variance, offset, scale) =>
      tf.batchNorm(x, mean, tf.abs(variance), offset, scale, 1e-3),
    tolerance: 1e-5,
  },
];

const image = (name: string, run: (tf: Tf, x: Tensor4D) => Tensor, more: Partial<Case> = {}): Case => ({
  name,
  inputs: [[2, 6, 9, 3]],
  run: (tf, x) => run(tf, x as Tensor4D),
  ...more,
});

/** tfjs's gradients of padded pooling, and of resizing other than one square, are wrong: image.test.ts tests ours. */
export const imageCases: readonly Case[] = [
  image('avgPool', (tf, x) => tf.avgPool(x, 2, 2, 'valid')),
  image('avgPool that overlaps and is padded', (tf, x) => tf.avgPool(x, 3, 2, 'same'), plain),
  image('avgPool at stride 1', (tf, x) => tf.avgPool(x, [2, 3], 1, 'same'), plain),
  image('maxPool', (tf, x) => tf.maxPool(x, 2, 2, 'valid')),
  image('maxPool that overlaps and is padded', (tf, x) => tf.maxPool(x, 3, 2, 'same')),
  image('resizeNearestNeighbor of one square', (tf, x) =>
    tf.image.resizeNearestNeighbor(tf.slice(x, [0, 0, 0, 0], [1, 6, 6, 3]), [12, 12]),
  ),
  image(
    'resizeNearestNeighbor by a whole factor',
    (tf, x) => tf.image.resizeNearestNeighbor(x, [12, 18]),
    plain,
  ),
  image('resizeNearestNeighbor', (tf, x) => tf.image.resizeNearestNeighbor(x, [7, 13]), plain),
  image(
    'resizeNearestNeighbor, corners aligned',
    (tf, x) => tf.image.resizeNearestNeighbor(x, [11, 17], true),
    plain,
  ),
  image(
    'resizeNearestNeighbor, half pixel centres',
    (tf, x) => tf.image.resizeNearestNeighbor(x, [4, 5], false, true),
    plain,
  ),
  image('resizeBilinear', (tf, x) => tf.image.resizeBilinear(x, [12, 18]), plain),
  image('resizeBilinear, corners aligned', (tf, x) => tf.image.resizeBilinear(x, [11, 4], true), plain),
  image(
    'resizeBilinear, half pixel centres',
    (tf, x) => tf.image.resizeBilinear(x, [13, 5], false, true),
    plain,
  ),
  image('oneHot', (tf, x) => tf.oneHot(tf.cast(tf.mul(tf.abs(x), 5), 'int32'), 5, 2, -1), plain),
];

export interface ConvCase {
  readonly n: number;
  readonly size: readonly [number, number];
  readonly channels: readonly [number, number];
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number | 'same' | 'valid';
}

const conv = (
  n: number,
  size: readonly [number, number],
  channels: readonly [number, number],
  kernel: number,
  stride: number,
  pad: ConvCase['pad'],
): ConvCase => ({ n, size, channels, kernel, stride, pad });

/** Odd and even sizes, and every form that a lowering chooses between. */
export const convGeometries: readonly ConvCase[] = [
  conv(1, [16, 16], [3, 4], 4, 2, 1),
  conv(1, [15, 13], [4, 3], 4, 2, 1),
  conv(2, [9, 7], [3, 5], 3, 1, 'same'),
  conv(3, [12, 9], [2, 3], 3, 2, 'same'),
  conv(1, [15, 17], [3, 2], 3, 2, 'valid'),
  conv(2, [8, 8], [3, 4], 5, 1, 2),
  conv(1, [11, 10], [4, 2], 5, 2, 'same'),
  conv(2, [6, 6], [5, 6], 1, 1, 'valid'),
  conv(1, [2, 2], [6, 5], 4, 2, 1),
  conv(1, [9, 9], [16, 1], 4, 1, 1),
  conv(2, [7, 8], [16, 1], 4, 1, 1),
  conv(1, [7, 8], [3, 1], 3, 1, 'same'),
  conv(1, [68, 66], [16, 1], 4, 2, 1),
  conv(2, [34, 36], [16, 3], 4, 2, 'same'),
  conv(1, [130, 128], [16, 1], 4, 2, 1),
  conv(1, [66, 64], [16, 16], 4, 2, 1),
  conv(2, [35, 34], [16, 16], 4, 1, 1),
  conv(1, [18, 19], [64, 66], 4, 1, 1),
  conv(2, [17, 20], [66, 64], 4, 1, 'same'),
];

export function convName({ n, size, channels, kernel, stride, pad }: ConvCase): string {
  return `${n}x${size.join('x')}, ${channels.join(' to ')} channels, kernel ${kernel}, stride ${stride}, pad ${pad}`;
}

export const convCases: readonly Case[] = convGeometries.flatMap((geometry): Case[] => {
  const { n, size, channels, kernel, stride, pad } = geometry;
  const [c, o] = channels;
  const image = [n, ...size, c];
  const out = size.map((length) => {
    const padded = pad === 'valid' ? length : pad === 'same' ? 0 : length + 2 * pad;
    return pad === 'same' ? Math.ceil(length / stride) : Math.floor((padded - kernel) / stride) + 1;
  });
  return [
    {
      name: `conv2d ${convName(geometry)}`,
      inputs: [image, [kernel, kernel, c, o]],
      run: (tf, x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, stride, pad),
    },
    {
      name: `conv2dTranspose ${convName(geometry)}`,
      inputs: [
        [n, ...out, o],
        [kernel, kernel, c, o],
      ],
      run: (tf, x, w) =>
        tf.conv2dTranspose(
          x as Tensor4D,
          w as Tensor4D,
          image as [number, number, number, number],
          stride,
          pad,
        ),
    },
  ];
});

/** Programs whose values change layout along the way. */
export const layoutCases: readonly Case[] = [
  {
    name: 'conv, bias, concat with an image, conv, flatten, matMul',
    inputs: [[2, 8, 6, 3], [3, 3, 3, 4], [4], [3, 3, 7, 2], [96, 3]],
    run: (tf, x, w1, bias, w2, dense) => {
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
    run: (tf, x, w) => {
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
  {
    name: 'a filter used as numbers too',
    inputs: [
      [1, 6, 6, 3],
      [3, 3, 3, 4],
    ],
    run: (tf, x, w) => {
      const norm = tf.sqrt(tf.sum(tf.square(tf.reshape(w, [27, 4]))));
      return tf.conv2d(x as Tensor4D, tf.div(w as Tensor4D, norm), 1, 'valid');
    },
  },
  {
    name: 'rank 3 conv',
    inputs: [
      [6, 6, 3],
      [3, 3, 3, 4],
    ],
    run: (tf, x, w) => tf.tanh(tf.conv2d(x as Tensor3D, w as Tensor4D, 1, 'valid')),
  },
];
