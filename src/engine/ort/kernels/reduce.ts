import * as tf from '@tensorflow/tfjs';
import { argMax, argMin, reductionOps, softmax } from '../lowerings/reduce.js';
import type { Node } from '../node.js';
import { toDType } from './elementwise.js';
import { kernel, type Kernel, record, type X } from './kernel.js';

/** tfjs calls the axes of most reductions `axis`, of Max `reductionIndices`. */
interface ReduceAttrs {
  axis?: number | number[];
  reductionIndices?: number | number[];
  keepDims?: boolean;
}

function reduce(name: keyof typeof reductionOps, x: Node, attrs: ReduceAttrs): Node {
  const axes = parseAxes(attrs.axis ?? attrs.reductionIndices, x);
  const keepDims = attrs.keepDims ?? false;
  const shape = keepDims
    ? x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  return record(reductionOps[name], [x], { axes, keepDims }, shape, x.dtype);
}

function parseAxes(axis: number | number[] | null | undefined, x: Node): number[] {
  return tf.util.parseAxisParam(axis as number[], [...x.shape]);
}

const asNumbers = (x: Node) => (x.dtype === 'bool' ? toDType(x, 'int32') : x);

export const reduceKernels: readonly Kernel[] = [
  kernel<X, ReduceAttrs>('Sum', ({ x }, attrs) => reduce('Sum', asNumbers(x), attrs)),
  kernel<X, ReduceAttrs>('Mean', ({ x }, attrs) => reduce('Mean', toDType(x, 'float32'), attrs)),
  kernel<X, ReduceAttrs>('Max', ({ x }, attrs) => reduce('Max', asNumbers(x), attrs)),
  kernel<X, ReduceAttrs>('Min', ({ x }, attrs) => reduce('Min', asNumbers(x), attrs)),
  kernel<X, ReduceAttrs>('Prod', ({ x }, attrs) => reduce('Prod', asNumbers(x), attrs)),
  kernel<X, ReduceAttrs>('All', ({ x }, attrs) => toDType(reduce('Min', asNumbers(x), attrs), 'bool')),
  kernel<X, ReduceAttrs>('Any', ({ x }, attrs) => toDType(reduce('Max', asNumbers(x), attrs), 'bool')),
  ...[argMax, argMin].map((op) =>
    kernel<X, { axis: number | number[] }>(op.name, ({ x }, attrs) => {
      const axis = parseAxes(attrs.axis, x)[0]!;
      const shape = x.shape.filter((_, i) => i !== axis);
      return record(op, [asNumbers(x)], { axis }, shape, 'int32');
    }),
  ),
  kernel<{ logits: Node }, { dim: number }>('Softmax', ({ logits }, { dim }) =>
    record(
      softmax,
      [toDType(logits, 'float32')],
      { axis: parseAxes(dim, logits)[0]! },
      logits.shape,
      'float32',
    ),
  ),
];
