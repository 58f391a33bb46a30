import * as tf from '@tensorflow/tfjs';
import {
  addN,
  binaryOps,
  cast,
  clip,
  elu,
  expm1,
  fill,
  leakyRelu,
  log1p,
  predicateOps,
  prelu,
  rsqrt,
  select,
  square,
  squaredDifference,
  step,
  unaryOps,
} from '../lowerings/elementwise.js';
import type { DType, Shape } from '../dtype.js';
import { NO_ATTRS, type Node, type Op } from '../node.js';
import { type AB, kernel, type Kernel, type NoAttrs, record, type X } from './kernel.js';

const { assertAndGetBroadcastShape } = tf.backend_util;

/** Operations that onnxruntime has for floats only; tfjs applies them to int32 as well. */
const FLOAT_ONLY = new Set([
  'Tanh',
  'Sigmoid',
  'Softplus',
  'Log',
  'Exp',
  'Sin',
  'Cos',
  'Erf',
  'Sqrt',
  'Reciprocal',
  'Floor',
  'Ceil',
  'Round',
  'IsNan',
  'IsInf',
]);
const BOOL_RESULT = new Set(['LogicalNot', 'IsNan', 'IsInf']);

export function toDType(x: Node, dtype: DType): Node {
  return x.dtype === dtype ? x : record(cast, [x], { to: dtype }, x.shape, dtype);
}

export function unary(op: Op<NoAttrs>, x: Node, dtype: DType = x.dtype): Node {
  return record(op, [x], NO_ATTRS, x.shape, dtype);
}

export function binary(op: Op<NoAttrs>, a: Node, b: Node, dtype?: DType): Node {
  const common = tf.upcastType(a.dtype, b.dtype) as DType;
  const shape = assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  return record(op, [toDType(a, common), toDType(b, common)], NO_ATTRS, shape, dtype ?? common);
}

export function constant(value: number, shape: Shape, dtype: DType): Node {
  return record(fill, [], { value }, shape, dtype);
}

const float = (x: Node) => toDType(x, 'float32');
const number = (x: Node) => (x.dtype === 'bool' ? toDType(x, 'int32') : x);

export const elementwiseKernels: readonly Kernel[] = [
  ...Object.entries(unaryOps).map(([name, op]) =>
    kernel<X>(name, ({ x }) => {
      const input = FLOAT_ONLY.has(name) ? float(x) : x;
      return unary(op, input, BOOL_RESULT.has(name) ? 'bool' : input.dtype);
    }),
  ),
  ...Object.entries(binaryOps).map(([name, op]) =>
    kernel<AB>(name, ({ a, b }) => binary(op, number(a), number(b))),
  ),
  ...Object.entries(predicateOps).map(([name, op]) =>
    kernel<AB>(name, ({ a, b }) => {
      const comparesNumbers = name !== 'LogicalAnd' && name !== 'LogicalOr';
      return comparesNumbers ? binary(op, number(a), number(b), 'bool') : binary(op, a, b, 'bool');
    }),
  ),
  kernel<AB>('NotEqual', ({ a, b }) =>
    unary(unaryOps.LogicalNot, binary(predicateOps.Equal, number(a), number(b), 'bool')),
  ),
  kernel<AB>('FloorDiv', ({ a, b }) => {
    const quotient = unary(unaryOps.Floor, binary(binaryOps.RealDiv, float(a), float(b)));
    return toDType(quotient, tf.upcastType(a.dtype, b.dtype) as DType);
  }),
  kernel<AB>('SquaredDifference', ({ a, b }) => binary(squaredDifference, a, b)),
  kernel<X>('Square', ({ x }) => unary(square, x)),
  kernel<X>('Rsqrt', ({ x }) => unary(rsqrt, float(x))),
  kernel<X>('Log1p', ({ x }) => unary(log1p, float(x))),
  kernel<X>('Expm1', ({ x }) => unary(expm1, float(x))),
  kernel<X>('Elu', ({ x }) => unary(elu, float(x))),
  kernel<X>('IsFinite', ({ x }) => {
    // x - x is NaN for NaN and both infinities, and 0 for all else.
    const difference = binary(binaryOps.Sub, float(x), float(x));
    return unary(unaryOps.LogicalNot, unary(unaryOps.IsNan, difference, 'bool'));
  }),
  kernel<X, { alpha?: number }>('Step', ({ x }, { alpha = 0 }) =>
    record(step, [float(x)], { alpha }, x.shape, 'float32'),
  ),
  kernel<X, { alpha: number }>('LeakyRelu', ({ x }, { alpha }) =>
    record(leakyRelu, [float(x)], { alpha }, x.shape, 'float32'),
  ),
  kernel<X>('Relu6', ({ x }) => record(clip, [x], { min: 0, max: 6 }, x.shape, x.dtype)),
  kernel<X, { clipValueMin: number; clipValueMax: number }>('ClipByValue', ({ x }, attrs) =>
    record(clip, [float(x)], { min: attrs.clipValueMin, max: attrs.clipValueMax }, x.shape, 'float32'),
  ),
  kernel<{ x: Node; alpha: Node }>('Prelu', ({ x, alpha }) =>
    record(prelu, [x, alpha], NO_ATTRS, x.shape, x.dtype),
  ),
  kernel<{ condition: Node; t: Node; e: Node }>('Select', ({ condition, t, e }) => {
    const common = tf.upcastType(t.dtype, e.dtype) as DType;
    return record(select, [condition, toDType(t, common), toDType(e, common)], NO_ATTRS, t.shape, common);
  }),
  kernel<Record<string, Node>>('AddN', (inputs) => {
    const terms = Object.values(inputs);
    return record(addN, terms, NO_ATTRS, terms[0]!.shape, terms[0]!.dtype);
  }),
  kernel<X, { dtype: DType }>('Cast', ({ x }, { dtype }) => {
    // tfjs truncates towards zero and takes any non-zero for true, as ONNX does.
    return toDType(x, dtype);
  }),
  kernel<Record<string, never>, { shape: number[]; value: number; dtype?: DType }>('Fill', (_, attrs) =>
    constant(attrs.value, attrs.shape, attrs.dtype ?? 'float32'),
  ),
  kernel<X>('ZerosLike', ({ x }) => constant(0, x.shape, x.dtype)),
  kernel<X>('OnesLike', ({ x }) => constant(1, x.shape, x.dtype)),
];
