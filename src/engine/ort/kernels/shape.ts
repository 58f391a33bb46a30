import * as tf from '@tensorflow/tfjs';
import { broadcastTo, concat, pad, reshape, slice, tile, transpose } from '../lowerings/shape.js';
import { pickRows } from '../lowerings/gather.js';
import { type Shape, sizeOf } from '../dtype.js';
import { NO_ATTRS, type Node } from '../node.js';
import { kernel, type Kernel, record, type X } from './kernel.js';

export function reshaped(x: Node, shape: Shape): Node {
  return record(reshape, [x], NO_ATTRS, shape, x.dtype);
}

function sliced(
  x: Node,
  begin: readonly number[],
  shape: Shape,
  strides: readonly number[] = shape.map(() => 1),
): Node {
  return record(slice, [x], { begin, strides }, shape, x.dtype);
}

function concatenated(parts: readonly Node[], axis: number): Node {
  const shape = [...parts[0]!.shape];
  shape[axis] = parts.reduce((total, part) => total + part.shape[axis]!, 0);
  return record(concat, parts, { axis }, shape, parts[0]!.dtype);
}

function transposed(x: Node, perm: readonly number[]): Node {
  return record(
    transpose,
    [x],
    { perm },
    perm.map((axis) => x.shape[axis]!),
    x.dtype,
  );
}

function padded(x: Node, paddings: readonly (readonly [number, number])[], value: number): Node {
  const shape = x.shape.map((size, axis) => paddings[axis]![0] + size + paddings[axis]![1]);
  return record(pad, [x], { paddings, value }, shape, x.dtype);
}

const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1);

function insertAxis(shape: Shape, axis: number, size = 1): number[] {
  const result = [...shape];
  result.splice(axis, 0, size);
  return result;
}

/** A node as tfjs's shape helpers want it. */
const infoOf = ({ shape, dtype }: Node): tf.TensorInfo => ({ dataId: {}, shape: [...shape], dtype });

/** Axis counted from the front. */
const fromFront = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

/** x cut along `axis` at the given sizes. */
function split(x: Node, axis: number, sizes: readonly number[]): Node[] {
  let at = 0;
  return sizes.map((size) => {
    const begin = x.shape.map((_, i) => (i === axis ? at : 0));
    at += size;
    return sliced(
      x,
      begin,
      x.shape.map((full, i) => (i === axis ? size : full)),
    );
  });
}

/** Rows of a mirror-padded axis, as rows of the axis itself. */
function mirroredRows(size: number, before: number, after: number, skip: 0 | 1): number[] | null {
  if (before + after === 0) return null;
  return Array.from({ length: before + size + after }, (_, i) => {
    const row = i - before;
    if (row < 0) return skip - 1 - row;
    return row < size ? row : 2 * size - 1 - skip - row;
  });
}

interface StridedSliceAttrs {
  begin: number[];
  end: number[];
  strides: number[];
  beginMask: number;
  endMask: number;
  ellipsisMask: number;
  newAxisMask: number;
  shrinkAxisMask: number;
}

export const shapeKernels: readonly Kernel[] = [
  kernel<X>('Identity', ({ x }) => x),
  kernel<X, { shape: number[] }>('Reshape', ({ x }, { shape }) =>
    reshaped(x, tf.util.inferFromImplicitShape(shape, sizeOf(x.shape))),
  ),
  kernel<{ input: Node }, { dim: number }>('ExpandDims', ({ input }, { dim }) =>
    reshaped(input, insertAxis(input.shape, fromFront(dim, input.shape.length + 1))),
  ),
  kernel<X, { perm: number[] }>('Transpose', ({ x }, { perm }) => transposed(x, perm)),
  kernel<X, { reps: number[] }>('Tile', ({ x }, { reps }) => {
    const shape = x.shape.map((size, axis) => size * reps[axis]!);
    return record(tile, [x], { reps }, shape, x.dtype);
  }),
  kernel<X, { shape: number[] }>('BroadcastTo', ({ x }, { shape }) =>
    record(broadcastTo, [x], NO_ATTRS, shape, x.dtype),
  ),
  kernel<Record<string, Node>, { axis: number }>('Concat', (inputs, attrs) => {
    const parts = Object.values(inputs);
    return concatenated(
      parts.filter((part) => part.size > 0),
      fromFront(attrs.axis, parts[0]!.shape.length),
    );
  }),
  kernel<Record<string, Node>, { axis: number }>('Pack', (inputs, attrs) => {
    const parts = Object.values(inputs);
    const axis = fromFront(attrs.axis, parts[0]!.shape.length + 1);
    return concatenated(
      parts.map((part) => reshaped(part, insertAxis(part.shape, axis))),
      axis,
    );
  }),
  kernel<{ value: Node }, { axis: number }>('Unpack', ({ value }, attrs) => {
    const axis = fromFront(attrs.axis, value.shape.length);
    const sizes = new Array<number>(value.shape[axis]!).fill(1);
    const shape = value.shape.filter((_, i) => i !== axis);
    return split(value, axis, sizes).map((part) => reshaped(part, shape));
  }),
  kernel<X, { begin: number | number[]; size?: number | number[] }>('Slice', ({ x }, { begin, size }) => {
    const [first, sizes] = tf.slice_util.parseSliceParams(infoOf(x), begin, size);
    return sliced(x, first as number[], sizes as number[]);
  }),
  kernel<X, StridedSliceAttrs>('StridedSlice', ({ x }, attrs) => {
    const info = tf.slice_util.sliceInfo(
      [...x.shape],
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    const shape = x.shape.map((_, axis) => {
      const [begin, end, stride] = [info.begin[axis]!, info.end[axis]!, info.strides[axis]!];
      return Math.max(0, Math.ceil((end - begin) / stride));
    });
    return reshaped(sliced(x, info.begin, shape, info.strides), info.finalShape);
  }),
  kernel<X, { numOrSizeSplits: number | number[]; axis: number }>('SplitV', ({ x }, attrs) => {
    const axis = fromFront(attrs.axis, x.shape.length);
    const sized = infoOf(x);
    return split(x, axis, tf.backend_util.prepareSplitSize(sized, attrs.numOrSizeSplits, axis));
  }),
  kernel<X, { dims: number | number[] }>('Reverse', ({ x }, { dims }) => {
    const reversed = tf.util.parseAxisParam(dims, [...x.shape]);
    const begin = x.shape.map((size, axis) => (reversed.includes(axis) ? size - 1 : 0));
    const strides = x.shape.map((_, axis) => (reversed.includes(axis) ? -1 : 1));
    return sliced(x, begin, x.shape, strides);
  }),
  kernel<X, { paddings: [number, number][]; constantValue: number }>('PadV2', ({ x }, attrs) => {
    return padded(x, attrs.paddings, attrs.constantValue);
  }),
  kernel<X, { paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>('MirrorPad', ({ x }, attrs) => {
    const skip = attrs.mode === 'reflect' ? 1 : 0;
    const positions = x.shape.map((size, axis) => mirroredRows(size, ...attrs.paddings[axis]!, skip));
    const shape = x.shape.map((size, axis) => positions[axis]?.length ?? size);
    return record(pickRows, [x], { positions }, shape, x.dtype);
  }),
  kernel<X, { blockSize: number; dataFormat: string }>(
    'DepthToSpace',
    ({ x }, { blockSize: b, dataFormat }) => {
      if (dataFormat !== 'NHWC') throw new Error(`depthToSpace: engine 'ort' takes NHWC, not ${dataFormat}.`);
      const [n, h, w, c] = x.shape as [number, number, number, number];
      const depth = c / (b * b);
      const blocks = transposed(reshaped(x, [n, h, w, b, b, depth]), [0, 1, 3, 2, 4, 5]);
      return reshaped(blocks, [n, h * b, w * b, depth]);
    },
  ),
  kernel<X, { blockShape: number[]; paddings: [number, number][] }>('SpaceToBatchND', ({ x }, attrs) => {
    const { blockShape, paddings } = attrs;
    const axes = blockShape.length;
    const margins = x.shape.map((_, axis): [number, number] => paddings[axis - 1] ?? [0, 0]);
    const source = padded(x, margins, 0);
    const [n, ...sizes] = source.shape as [number, ...number[]];
    const rest = sizes.slice(axes);
    const cells = blockShape.map((block, i) => sizes[i]! / block);
    const split = reshaped(source, [n, ...blockShape.flatMap((block, i) => [cells[i]!, block]), ...rest]);
    const places = blockShape.map((_, i) => 2 * i + 2);
    const kept = blockShape.map((_, i) => 2 * i + 1);
    const moved = transposed(split, [...places, 0, ...kept, ...rest.map((_, i) => 2 * axes + 1 + i)]);
    return reshaped(moved, [n * product(blockShape), ...cells, ...rest]);
  }),
  kernel<X, { blockShape: number[]; crops: [number, number][] }>('BatchToSpaceND', ({ x }, attrs) => {
    const { blockShape, crops } = attrs;
    const axes = blockShape.length;
    const [n, ...sizes] = x.shape as [number, ...number[]];
    const cells = sizes.slice(0, axes);
    const rest = sizes.slice(axes);
    const batch = n / product(blockShape);
    const split = reshaped(x, [...blockShape, batch, ...cells, ...rest]);
    const woven = blockShape.flatMap((_, i) => [axes + 1 + i, i]);
    const moved = transposed(split, [axes, ...woven, ...rest.map((_, i) => 2 * axes + 1 + i)]);
    const whole = reshaped(moved, [batch, ...cells.map((size, i) => size * blockShape[i]!), ...rest]);
    const begin = whole.shape.map((_, axis) => crops[axis - 1]?.[0] ?? 0);
    const cut = whole.shape.map((size, axis) => size - begin[axis]! - (crops[axis - 1]?.[1] ?? 0));
    return sliced(whole, begin, cut);
  }),
];
