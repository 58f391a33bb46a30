import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { type Case, type Compute, cube, type Family, TWICE } from './case.js';

const image = (
  name: string,
  run: (on: Compute, x: Tensor4D) => Tensor,
  shape: readonly number[] = [2, 6, 9, 3],
): Case => ({ name, inputs: [shape], run: (on, x) => run(on, x as Tensor4D), ...TWICE });

const pools: readonly Case[] = (['avgPool', 'maxPool'] as const).flatMap((kind) => [
  image(`${kind} 2x2`, ({ tf }, x) => tf[kind](x, 2, 2, 'valid')),
  image(`${kind} 2x2, odd sizes padded`, ({ tf }, x) => tf[kind](x, 2, 2, 'same'), [3, 7, 5, 2]),
  image(`${kind} 3x3 at stride 2, padded`, ({ tf }, x) => tf[kind](x, 3, 2, 'same')),
  image(`${kind} 3x3 at stride 2, padded by 1`, ({ tf }, x) => tf[kind](x, 3, 2, 1), [1, 7, 8, 2]),
  image(`${kind} 2x3 at stride 1, padded`, ({ tf }, x) => tf[kind](x, [2, 3], 1, 'same')),
  image(`${kind} of the whole image`, ({ tf }, x) => tf[kind](x, [6, 9], 1, 'valid')),
]);

type Size = [number, number];
/** By whole factors, up, down, and to no round factor at all. */
const SIZES: readonly Size[] = [
  [12, 18],
  [3, 3],
  [7, 13],
  [4, 5],
  [6, 9],
];
const MODES = [
  ['', false, false],
  [', corners aligned', true, false],
  [', half pixel centres', false, true],
] as const;

const resizes: readonly Case[] = (['resizeNearestNeighbor', 'resizeBilinear'] as const).flatMap((kind) =>
  SIZES.flatMap((size) =>
    MODES.map(([mode, alignCorners, halfPixels]) =>
      image(`${kind} to ${size.join('x')}${mode}`, ({ tf }, x) =>
        tf.image[kind](x, size, alignCorners, halfPixels),
      ),
    ),
  ),
);

const others: readonly Case[] = [
  image('global average', ({ tf }, x) => tf.mean(x, [1, 2])),
  image('depthToSpace 2', ({ tf }, x) => tf.depthToSpace(x, 2), [2, 3, 5, 12]),
  image('depthToSpace 3', ({ tf }, x) => tf.depthToSpace(x, 3), [1, 2, 3, 18]),
  image('spaceToBatchND and back', (on, x) =>
    on.tf.batchToSpaceND(
      cube(
        on,
        on.tf.spaceToBatchND(
          x,
          [2, 3],
          [
            [1, 1],
            [0, 0],
          ],
        ),
      ),
      [2, 3],
      [
        [1, 1],
        [0, 0],
      ],
    ),
  ),
  image('mirror image', ({ tf }, x) => tf.reverse(x, 2)),
];

export const images: Family = { name: 'pooling and resizing', cases: [...pools, ...resizes, ...others] };
