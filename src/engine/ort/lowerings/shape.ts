import { identity, type Layout, NCHW, physicalDims } from '../layout.js';
import type { Lowering } from '../lowering.js';
import { type Shape, sizeOf } from '../dtype.js';
import type { NO_ATTRS, Node, Op } from '../node.js';
import type { Value } from '../value.js';

/** Same elements in logical order under another shape. */
export const reshape: Op<typeof NO_ATTRS> = {
  name: 'Reshape',
  lower(lowering, node) {
    const x = lowering.value(node.inputs[0]!);
    if (x.dims.length === 0) return lowering.uniform(x.name, node);
    return renameAxes(lowering, x, node.shape) ?? reorder(lowering, x, node);
  },
};

function reorder(lowering: Lowering, x: Value, node: Node): Value {
  const source = lowering.logical(x);
  return lowering.plain(lowering.graph.reshape(source.name, source.dims, node.shape), node);
}

/** Where only axes of size 1 come and go, the data stays in its physical order and nothing is moved. */
function renameAxes(lowering: Lowering, x: Value, shape: Shape): Value | null {
  const before = longAxes(x.shape);
  const after = longAxes(shape);
  if (before.length !== after.length || before.some((axis, i) => x.shape[axis] !== shape[after[i]!]))
    return null;
  const renamed = (axis: number) => after[before.indexOf(axis)]!;
  const long = x.layout.filter((axis) => x.shape[axis] !== 1);
  const layout = layoutWith(shape, long.map(renamed));
  const dims = layout.map((axis) =>
    shape[axis] === 1 ? 1 : x.dims[x.layout.indexOf(before[after.indexOf(axis)]!)]!,
  );
  const name = lowering.graph.reshape(x.name, x.dims, dims);
  return { ...x, name, shape, layout, dims };
}

function longAxes(shape: Shape): number[] {
  return identity(shape.length).filter((axis) => shape[axis] !== 1);
}

/** A layout with the long axes in the given order. A vector along the channels lies as images do, ready to meet them. */
function layoutWith(shape: Shape, long: readonly number[]): Layout {
  if (shape.length === 4 && long.length === 1 && long[0] === 3) return NCHW;
  return [...identity(shape.length).filter((axis) => shape[axis] === 1), ...long];
}

/** Logical axis i of the result is logical axis perm[i] of x: only a new name for the physical axes. */
export const transpose: Op<{ perm: readonly number[] }> = {
  name: 'Transpose',
  lower(lowering, node) {
    const x = lowering.value(node.inputs[0]!);
    if (x.dims.length === 0) return lowering.uniform(x.name, node);
    const layout = x.layout.map((axis) => node.attrs.perm.indexOf(axis));
    return { ...x, shape: node.shape, layout };
  },
};

/** Repeats each axis; an axis of size 1 stays virtual. */
export const tile: Op<{ reps: readonly number[] }> = {
  name: 'Tile',
  lower(lowering, node) {
    const { reps } = node.attrs;
    const x = lowering.value(node.inputs[0]!);
    const { shape } = node;
    if (reps.every((times, axis) => times === 1 || x.shape[axis] === 1)) return { ...x, shape };
    const source = lowering.expanded(x);
    const times = source.layout.map((axis) => reps[axis]!);
    const name = lowering.graph.emit('Tile', [source.name, lowering.graph.ints(times)]);
    return { ...source, name, shape, dims: physicalDims(shape, source.layout) };
  },
};

/** Broadcast to a larger shape, which stays virtual. */
export const broadcastTo: Op<typeof NO_ATTRS> = {
  name: 'BroadcastTo',
  lower(lowering, node) {
    const x = lowering.value(node.inputs[0]!);
    const { shape } = node;
    const added = shape.length - x.shape.length;
    if (x.dims.length === 0) return lowering.uniform(x.name, node);
    const layout = [...identity(added), ...x.layout.map((axis) => axis + added)];
    const dims = [...identity(added).map(() => 1), ...x.dims];
    return { ...x, name: lowering.graph.reshape(x.name, x.dims, dims), shape, layout, dims };
  },
};

export const concat: Op<{ axis: number }> = {
  name: 'Concat',
  lower(lowering, node) {
    const parts = node.inputs.map((input) => lowering.value(input));
    const largest = parts.reduce((best, part) => {
      const better =
        best.incidental === part.incidental ? sizeOf(part.shape) > sizeOf(best.shape) : best.incidental;
      return better ? part : best;
    });
    const { layout, incidental } = largest;
    const names = parts.map((part) => lowering.inLayout(part, layout).name);
    const name = lowering.graph.emit('Concat', names, { axis: layout.indexOf(node.attrs.axis) });
    const { shape, dtype } = node;
    return { name, shape, dtype, layout, dims: physicalDims(shape, layout), incidental };
  },
};

/** Every strides[i]-th element from begin[i] on; a negative stride walks backwards. */
export const slice: Op<{ begin: readonly number[]; strides: readonly number[] }> = {
  name: 'Slice',
  lower(lowering, node) {
    const { begin, strides } = node.attrs;
    const { graph } = lowering;
    const x = lowering.expanded(lowering.value(node.inputs[0]!));
    const cut = x.layout.flatMap((axis, i) => {
      const whole = node.shape[axis] === x.shape[axis] && strides[axis] === 1;
      return whole ? [] : [{ i, start: begin[axis]!, count: node.shape[axis]!, stride: strides[axis]! }];
    });
    if (cut.length === 0) return x;
    const ends = cut.map(({ start, count, stride }) => {
      const end = start + (count - 1) * stride + Math.sign(stride);
      return end < 0 ? -(2 ** 31) : end; // -1 would count from the end
    });
    const name = graph.emit('Slice', [
      x.name,
      graph.ints(cut.map(({ start }) => start)),
      graph.ints(ends),
      graph.ints(cut.map(({ i }) => i)),
      graph.ints(cut.map(({ stride }) => stride)),
    ]);
    return { ...x, name, shape: node.shape, dims: physicalDims(node.shape, x.layout) };
  },
};

interface PadAttrs {
  [key: string]: readonly (readonly [number, number])[] | number;
  readonly paddings: readonly (readonly [number, number])[];
  readonly value: number;
}

export const pad: Op<PadAttrs> = {
  name: 'PadV2',
  lower(lowering, node) {
    const { paddings, value } = node.attrs;
    const { graph } = lowering;
    const x = lowering.expanded(lowering.value(node.inputs[0]!));
    const pads = [0, 1].flatMap((side) => x.layout.map((axis) => paddings[axis]![side]!));
    const name = graph.emit('Pad', [x.name, graph.ints(pads), graph.scalar(value, x.dtype)]);
    return { ...x, name, shape: node.shape, dims: physicalDims(node.shape, x.layout) };
  },
};
