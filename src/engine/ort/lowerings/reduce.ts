import type { Lowering } from '../lowering.js';
import type { Node, Op } from '../node.js';
import type { Value } from '../value.js';

interface ReduceAttrs {
  [key: string]: readonly number[] | boolean;
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** A reduction over logical axes, done in whatever layout its input has; its bits depend on that layout's order. */
function reduction(name: string, onnx: string): Op<ReduceAttrs> {
  return {
    name,
    lower(lowering: Lowering, node: Node<ReduceAttrs>): Value {
      const { axes, keepDims } = node.attrs;
      const { graph } = lowering;
      const x = lowering.settled(lowering.expanded(lowering.value(node.inputs[0]!)));
      const reduced = (axis: number) => axes.includes(axis);
      const physical = x.layout.flatMap((axis, i) => (reduced(axis) ? [i] : []));
      const { shape, dtype } = node;
      if (physical.length === 0) return { ...x, dtype };
      const result = graph.emit(onnx, [x.name, graph.ints(physical)], { keepdims: keepDims ? 1 : 0 });
      if (keepDims) {
        const dims = x.dims.map((size, i) => (physical.includes(i) ? 1 : size));
        return { name: result, shape, dtype, layout: x.layout, dims, incidental: false };
      }
      const kept = x.layout.filter((axis) => !reduced(axis));
      const ranked = [...kept].sort((a, b) => a - b);
      return {
        name: result,
        shape,
        dtype,
        layout: kept.map((axis) => ranked.indexOf(axis)),
        dims: x.dims.filter((_, i) => !physical.includes(i)),
        incidental: false,
      };
    },
  };
}

export const reductionOps = {
  Sum: reduction('Sum', 'ReduceSum'),
  Mean: reduction('Mean', 'ReduceMean'),
  Max: reduction('Max', 'ReduceMax'),
  Min: reduction('Min', 'ReduceMin'),
  Prod: reduction('Prod', 'ReduceProd'),
} satisfies Record<string, Op<ReduceAttrs>>;

interface AxisAttrs {
  [key: string]: number;
  readonly axis: number;
}

/** Position of the extreme along one axis, the first of equals. */
function position(name: string, onnx: string): Op<AxisAttrs> {
  return {
    name,
    lower(lowering, node) {
      const { graph } = lowering;
      const x = lowering.logical(lowering.value(node.inputs[0]!));
      const index = graph.emit(onnx, [x.name], { axis: node.attrs.axis, keepdims: 0 });
      return lowering.plain(graph.emit('Cast', [index], { to: 6 }), node);
    },
  };
}

export const argMax = position('ArgMax', 'ArgMax');
export const argMin = position('ArgMin', 'ArgMin');

/** exp(x) / sum(exp(x)) along one axis. */
export const softmax: Op<AxisAttrs> = {
  name: 'Softmax',
  lower(lowering, node) {
    const x = lowering.settled(lowering.expanded(lowering.value(node.inputs[0]!)));
    const axis = x.layout.indexOf(node.attrs.axis);
    return { ...x, name: lowering.graph.emit('Softmax', [x.name], { axis }) };
  },
};
