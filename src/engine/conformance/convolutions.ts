import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import type { Case, Family } from './case.js';

type Pad = number | 'same' | 'valid';
type Pair = readonly [number, number];

interface Geometry {
  readonly n: number;
  readonly size: Pair;
  readonly channels: Pair;
  readonly kernel: number;
  readonly stride: number;
  readonly pad: Pad;
}

const geometry = (
  n: number,
  size: Pair,
  channels: Pair,
  kernel: number,
  stride: number,
  pad: Pad,
): Geometry => ({ n, size, channels, kernel, stride, pad });

const KERNELS = [1, 3, 4, 5, 7];
const STRIDES = [1, 2];
const PADS = ['explicit', 'same', 'valid'] as const;

/** Every kernel, stride and padding, with one to three images of odd and even sizes. */
const swept: readonly Geometry[] = KERNELS.flatMap((kernel, i) =>
  STRIDES.flatMap((stride, j) =>
    PADS.map((pad, k) => {
      const at = 6 * i + 3 * j + k;
      const size = [8 + (at % 4), 7 + (at % 3)] as const;
      const channels = [2 + (at % 3), 1 + (at % 4)] as const;
      const padding = pad === 'explicit' ? Math.max(kernel >> 1, 1) - (kernel === 1 ? 1 : 0) : pad;
      return geometry(1 + (at % 3), size, channels, kernel, stride, padding);
    }),
  ),
);

/** Sizes at which a backend is likely to change its algorithm: a single pixel, wide maps, one channel, blocks of 16. */
const special: readonly Geometry[] = [
  geometry(1, [16, 16], [3, 4], 4, 2, 1),
  geometry(1, [15, 13], [4, 3], 4, 2, 1),
  geometry(1, [2, 2], [6, 5], 4, 2, 1),
  geometry(1, [9, 9], [16, 1], 4, 1, 1),
  geometry(2, [7, 8], [16, 1], 4, 1, 1),
  geometry(1, [7, 8], [3, 1], 3, 1, 'same'),
  geometry(1, [68, 66], [16, 1], 4, 2, 1),
  geometry(1, [16, 18], [6, 64], 4, 2, 1),
  geometry(2, [34, 36], [16, 3], 4, 2, 'same'),
  geometry(1, [130, 128], [16, 1], 4, 2, 1),
  geometry(1, [66, 64], [16, 16], 4, 2, 1),
  geometry(2, [35, 34], [16, 16], 4, 1, 1),
  geometry(1, [8, 9], [64, 66], 4, 1, 1),
  geometry(2, [7, 10], [66, 64], 4, 1, 'same'),
  geometry(3, [17, 19], [16, 16], 3, 1, 'same'),
  geometry(2, [18, 16], [32, 16], 4, 2, 1),
];

/** Sums of hundreds of products round more than those of dozens, of the filter's or of the image's. */
const toleranceOf = ({ n, size, channels, kernel }: Geometry) =>
  Math.max(n * size[0] * size[1], Math.max(...channels) * kernel ** 2) > 1000 ? 4e-6 : 2e-6;
/** Differentiated twice only where it is quick on every engine. */
const orderOf = ({ size, channels }: Geometry) =>
  size[0] * size[1] * channels[0] * channels[1] < 2000 ? 2 : 1;

function outputSize({ size, kernel, stride, pad }: Geometry): [number, number] {
  return size.map((length) => {
    if (pad === 'same') return Math.ceil(length / stride);
    return Math.floor((length + 2 * (pad === 'valid' ? 0 : pad) - kernel) / stride) + 1;
  }) as [number, number];
}

function pair(g: Geometry): Case[] {
  const { n, size, channels, kernel, stride, pad } = g;
  const [c, o] = channels;
  const image: [number, number, number, number] = [n, ...size, c];
  const name = `${n}x${size.join('x')}, ${c} to ${o} channels, kernel ${kernel}, stride ${stride}, pad ${pad}`;
  const more = orderOf(g) === 2 ? ({ order: 2 } as const) : { tolerance: toleranceOf(g) };
  return [
    {
      name: `conv2d ${name}`,
      inputs: [image, [kernel, kernel, c, o]],
      run: ({ tf }, x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, stride, pad),
      ...more,
    },
    {
      name: `conv2dTranspose ${name}`,
      inputs: [
        [n, ...outputSize(g), o],
        [kernel, kernel, c, o],
      ],
      run: ({ tf }, x, w) => tf.conv2dTranspose(x as Tensor4D, w as Tensor4D, image, stride, pad),
      ...more,
    },
  ];
}

const dilated: readonly Case[] = (
  [
    [1, [9, 10], 3, 2, 'same'],
    [2, [11, 9], 3, 3, 'valid'],
    [3, [8, 7], 4, 2, 'same'],
    [1, [13, 12], 3, 4, 4],
    [2, [7, 7], 5, 2, 3],
  ] as const
).map(([n, size, kernel, dilation, pad]): Case => ({
  name: `conv2d ${n}x${size.join('x')}, kernel ${kernel}, dilation ${dilation}, pad ${pad}`,
  inputs: [
    [n, ...size, 3],
    [kernel, kernel, 3, 2],
  ],
  run: ({ tf }, x, w) => tf.conv2d(x as Tensor4D, w as Tensor4D, 1, pad, 'NHWC', dilation),
  order: 2,
}));

const others: readonly Case[] = [
  {
    name: 'conv2d of a rectangular filter, strides of its own per axis, padded on one side',
    inputs: [
      [2, 9, 8, 3],
      [3, 2, 3, 4],
    ],
    run: ({ tf }, x, w) =>
      tf.conv2d(
        x as Tensor4D,
        w as Tensor4D,
        [2, 1],
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ),
    order: 2,
  },
  {
    name: 'conv2d of one image without a batch axis',
    inputs: [
      [6, 6, 3],
      [3, 3, 3, 4],
    ],
    run: ({ tf }, x, w) => tf.tanh(tf.conv2d(x as Tensor3D, w as Tensor4D, 1, 'valid')),
  },
  {
    name: 'a filter that is used as numbers too',
    inputs: [
      [1, 6, 6, 3],
      [3, 3, 3, 4],
    ],
    run: ({ tf }, x, w) => {
      const norm = tf.sqrt(tf.sum(tf.square(tf.reshape(w, [27, 4]))));
      return tf.conv2d(x as Tensor4D, tf.div(w as Tensor4D, norm), 1, 'valid');
    },
  },
];

const depthwise: readonly Case[] = (
  [
    [1, [8, 9], 3, 1, 'same', 1],
    [2, [9, 7], 3, 2, 'same', 2],
    [3, [8, 8], 4, 2, 1, 1],
    [2, [7, 10], 5, 1, 2, 2],
    [1, [7, 6], 3, 1, 'valid', 3],
    [2, [5, 5], 1, 1, 'valid', 2],
  ] as const
).map(([n, size, kernel, stride, pad, multiplier]): Case => ({
  name: `depthwiseConv2d ${n}x${size.join('x')}, kernel ${kernel}, stride ${stride}, pad ${pad}, multiplier ${multiplier}`,
  inputs: [
    [n, ...size, 3],
    [kernel, kernel, 3, multiplier],
  ],
  run: ({ tf }, x, w) => tf.depthwiseConv2d(x as Tensor4D, w as Tensor4D, stride, pad),
  order: 2,
}));

const cases = [...[...swept, ...special].flatMap(pair), ...dilated, ...others, ...depthwise];

export const convolutions: Family = { name: 'convolutions', cases };
