import * as tf from '@tensorflow/tfjs';
import { identity } from '../layout.js';
import { adam, adamOutput } from '../lowerings/adam.js';
import { gather, segmentSum } from '../lowerings/gather.js';
import { predicateOps, select } from '../lowerings/elementwise.js';
import { matMul } from '../lowerings/matmul.js';
import { arrayOf, type TypedArray } from '../memory/storage.js';
import type { DType } from '../dtype.js';
import { leaf, NO_ATTRS, type Node } from '../node.js';
import { binary, constant } from './elementwise.js';
import { kernel, type Kernel, record } from './kernel.js';
import { reshaped } from './shape.js';

function hostLeaf(data: TypedArray, shape: number[], dtype: DType): Node {
  return leaf({ data, layout: identity(shape.length), pooled: false, holders: 0 }, shape, dtype);
}

interface OneHotAttrs {
  depth: number;
  onValue: number;
  offValue: number;
  dtype?: DType;
}

type AdamInputs = Record<'w' | 'm' | 'v' | 'g' | 'stepSize' | 'epsilon', Node>;

interface AdamAttrs {
  beta1: number;
  beta2: number;
}

export const linearKernels: readonly Kernel[] = [
  kernel<{ a: Node; b: Node }, { transposeA?: boolean; transposeB?: boolean }>(
    'BatchMatMul',
    ({ a, b }, attrs) => {
      const { transposeA = false, transposeB = false } = attrs;
      const [rankA, rankB] = [a.shape.length, b.shape.length];
      const outer = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
      const rows = a.shape[transposeA ? rankA - 1 : rankA - 2]!;
      const columns = b.shape[transposeB ? rankB - 2 : rankB - 1]!;
      return record(matMul, [a, b], { transposeA, transposeB }, [...outer, rows, columns], a.dtype);
    },
  ),
  kernel<{ x: Node; indices: Node }, { axis: number; batchDims: number }>(
    'GatherV2',
    ({ x, indices }, attrs) => {
      if (attrs.batchDims > 0) throw new Error("gather: engine 'ort' takes batchDims 0 only.");
      const axis = tf.util.parseAxisParam(attrs.axis, [...x.shape])[0]!;
      const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
      return record(gather, [x, indices], { axis }, shape, x.dtype);
    },
  ),
  kernel<{ x: Node; segmentIds: Node }, { numSegments: number }>(
    'UnsortedSegmentSum',
    (inputs, { numSegments }) => {
      const { x, segmentIds } = inputs;
      const shape = [numSegments, ...x.shape.slice(1)];
      return record(segmentSum, [x, segmentIds], { segments: numSegments }, shape, x.dtype);
    },
  ),
  kernel<Record<string, Node>, { start: number; stop: number; step: number; dtype: DType }>(
    'Range',
    (_, attrs) => {
      const { start, stop, step, dtype } = attrs;
      const length = Math.max(0, Math.ceil((stop - start) / step));
      const data = arrayOf[dtype].from(Array.from({ length }, (_value, i) => start + i * step));
      return hostLeaf(data, [length], dtype);
    },
  ),
  kernel<Record<string, Node>, { start: number; stop: number; num: number }>(
    'LinSpace',
    (_, { start, stop, num }) => {
      const step = num > 1 ? (stop - start) / (num - 1) : 0;
      return hostLeaf(
        Float32Array.from({ length: num }, (_value, i) => start + i * step),
        [num],
        'float32',
      );
    },
  ),
  kernel<{ indices: Node }, OneHotAttrs>(
    'OneHot',
    ({ indices }, { depth, onValue, offValue, dtype = 'int32' }) => {
      const classes = hostLeaf(
        Int32Array.from({ length: depth }, (_value, i) => i),
        [depth],
        'int32',
      );
      const column = reshaped(indices, [...indices.shape, 1]);
      const hit = binary(predicateOps.Equal, column, classes, 'bool');
      const [on, off] = [onValue, offValue].map((value) => constant(value, hit.shape, dtype));
      return record(select, [hit, on!, off!], NO_ATTRS, hit.shape, dtype);
    },
  ),
  kernel<AdamInputs, AdamAttrs>('ApplyAdam', ({ w, m, v, g, stepSize, epsilon }, { beta1, beta2 }) => {
    const inputs = [w, m, v, g, stepSize, epsilon];
    const update = record(adam, inputs, { beta1, beta2 }, w.shape, 'float32');
    return [0, 1, 2].map((index) => record(adamOutput, [update], { index }, w.shape, 'float32'));
  }),
];
