import * as tf from '@tensorflow/tfjs';
import { RESIZE_TRANSPOSED } from '../../blend.js';
import type { ConvGeometry } from '../lowerings/geometry.js';
import { avgPool, maxPool, maxPoolGrad } from '../lowerings/pool.js';
import {
  blockSum,
  enlarge,
  type ResizeAttrs,
  resizeBilinear,
  resizeBilinearTransposed,
  resizeNearest,
  resizeNearestTransposed,
} from '../lowerings/resize.js';
import type { Shape } from '../dtype.js';
import type { Node, Op } from '../node.js';
import { fromInfo, type Pad } from './conv.js';
import { toDType } from './elementwise.js';
import { kernel, type Kernel, record, type X } from './kernel.js';

interface PoolAttrs {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: Pad;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function poolGeometry(shape: Shape, { filterSize, strides, pad, dimRoundingMode }: PoolAttrs): ConvGeometry {
  const size = shape as [number, number, number, number];
  return fromInfo(tf.backend_util.computePool2DInfo(size, filterSize, strides, 1, pad, dimRoundingMode));
}

function pool(name: string, op: Op<ConvGeometry>): Kernel {
  return kernel<X, PoolAttrs>(name, ({ x }, attrs) => {
    const g = poolGeometry(x.shape, attrs);
    return record(op, [x], g, [g.n, g.outH, g.outW, g.c], 'float32');
  });
}

interface Images {
  [key: string]: Node;
  images: Node;
}

interface Gradient {
  [key: string]: Node;
  dy: Node;
}

const modes = ({ alignCorners, halfPixelCenters }: ResizeAttrs) => ({ alignCorners, halfPixelCenters });

function resized(
  op: Op<ResizeAttrs>,
  images: Node,
  size: readonly [number, number],
  attrs: ResizeAttrs,
): Node {
  const [n, , , c] = images.shape;
  return record(op, [toDType(images, 'float32')], modes(attrs), [n!, ...size, c!], 'float32');
}

/** The whole factor by which both axes grow from `small` to `large`, if there is one. */
function wholeFactor(small: Shape, large: Shape, { alignCorners }: ResizeAttrs): number | null {
  const factor = large[1]! / small[1]!;
  return !alignCorners && Number.isInteger(factor) && large[2]! === factor * small[2]! ? factor : null;
}

type Size = ResizeAttrs & { size: [number, number] };
type Source = ResizeAttrs & { inputShape: number[] };

export const imageKernels: readonly Kernel[] = [
  pool('MaxPool', maxPool),
  pool('AvgPool', avgPool),
  kernel<{ dy: Node; input: Node }, PoolAttrs>('MaxPoolGrad', ({ dy, input }, attrs) =>
    record(maxPoolGrad, [dy, input], poolGeometry(input.shape, attrs), input.shape, 'float32'),
  ),
  kernel<Images, Size>('ResizeBilinear', ({ images }, attrs) =>
    resized(resizeBilinear, images, attrs.size, attrs),
  ),
  kernel<Images, Size>('ResizeNearestNeighbor', ({ images }, attrs) => {
    const shape = [images.shape[0]!, ...attrs.size, images.shape[3]!];
    const factor = wholeFactor(images.shape, shape, attrs);
    if (factor === null) return resized(resizeNearest, images, attrs.size, attrs);
    return record(enlarge, [toDType(images, 'float32')], { factor }, shape, 'float32');
  }),
  kernel<Gradient, Source>(RESIZE_TRANSPOSED.ResizeBilinear, ({ dy }, attrs) =>
    record(resizeBilinearTransposed, [dy], modes(attrs), attrs.inputShape, 'float32'),
  ),
  kernel<Gradient, Source>(RESIZE_TRANSPOSED.ResizeNearestNeighbor, ({ dy }, attrs) => {
    const factor = wholeFactor(attrs.inputShape, dy.shape, attrs);
    if (factor === null)
      return record(resizeNearestTransposed, [dy], modes(attrs), attrs.inputShape, 'float32');
    return record(blockSum, [dy], { factor }, attrs.inputShape, 'float32');
  }),
];
