import { physicalDims } from '../layout.js';
import type { Lowering } from '../lowering.js';
import type { Node, Op } from '../node.js';
import type { Value } from '../value.js';

/** Picks positions known when the graph is compiled along one axis of a value. */
function pick(lowering: Lowering, x: Value, axis: number, positions: readonly number[]): Value {
  const source = lowering.expanded(x);
  const shape = source.shape.map((size, i) => (i === axis ? positions.length : size));
  const name = lowering.graph.emit('Gather', [source.name, lowering.graph.ints(positions)], {
    axis: source.layout.indexOf(axis),
  });
  return { ...source, name, shape, dims: physicalDims(shape, source.layout) };
}

/** Per axis the positions that its result is made of; null keeps the axis. */
interface PickAttrs {
  [key: string]: readonly (readonly number[] | null)[];
  readonly positions: readonly (readonly number[] | null)[];
}

/** Mirror padding, nearest-neighbour resizing: anything that copies whole rows of each axis. */
export const pickRows: Op<PickAttrs> = {
  name: 'PickRows',
  lower: (lowering, node) =>
    node.attrs.positions.reduce<Value>(
      (value, positions, axis) => (positions ? pick(lowering, value, axis, positions) : value),
      lowering.value(node.inputs[0]!),
    ),
};

/** x at `indices` (int32) along an axis. */
export const gather: Op<{ axis: number }> = {
  name: 'GatherV2',
  lower(lowering, node) {
    const [x, indices] = node.inputs.map((input) => lowering.logical(lowering.value(input)));
    return lowering.plain(
      lowering.graph.emit('Gather', [x!.name, indices!.name], { axis: node.attrs.axis }),
      node,
    );
  },
};

/** Sums rows of x that have the same segment id: the gradient of gather. */
export const segmentSum: Op<{ segments: number }> = {
  name: 'UnsortedSegmentSum',
  lower(lowering: Lowering, node: Node) {
    const { graph } = lowering;
    const [x, ids] = node.inputs.map((input) => lowering.logical(lowering.value(input)));
    const zeros = graph.emit('Expand', [graph.scalar(0, node.dtype), graph.ints(node.shape)]);
    const rows = graph.reshape(graph.emit('Cast', [ids!.name], { to: 7 }), ids!.dims, [...ids!.dims, 1]);
    return lowering.plain(graph.emit('ScatterND', [zeros, rows, x!.name], { reduction: 'add' }), node);
  },
};
