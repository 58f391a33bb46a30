import type { Lowering } from '../lowering.js';
import type { NO_ATTRS } from '../node.js';
import type { DType } from '../dtype.js';
import type { Attrs, Node, Op } from '../node.js';
import { ELEMENT, type OnnxAttributes } from '../onnx/model.js';
import type { Value } from '../value.js';

type NoAttrs = typeof NO_ATTRS;

/** What an element-wise operation promises about rounding: see `Lowering.broadcast`. */
type Rounding = 'exact' | 'by position';

/** An element-wise operation that is one ONNX operator. */
function elementwise(name: string, onnx: string, rounding: Rounding = 'exact'): Op<NoAttrs> {
  return {
    name,
    lower: (lowering, node) =>
      lowering.broadcast(onnx, operands(lowering, node), node, {}, rounding === 'exact'),
  };
}

function operands(lowering: Lowering, { inputs }: Node): Value[] {
  return inputs.map((input) => lowering.value(input));
}

/** Applies one ONNX operator to every element of a value; further inputs are scalars. */
function map(
  { graph }: Lowering,
  value: Value,
  onnx: string,
  more: readonly string[] = [],
  attributes: OnnxAttributes = {},
): Value {
  return { ...value, name: graph.emit(onnx, [value.name, ...more], attributes) };
}

const EXACT = 'exact';
const BY_POSITION = 'by position'; // a vector loop's remainder may be rounded by another routine

/** tfjs kernels of one input `x` that are one ONNX operator each. */
export const unaryOps = {
  Relu: elementwise('Relu', 'Relu', EXACT),
  Tanh: elementwise('Tanh', 'Tanh', BY_POSITION),
  Sigmoid: elementwise('Sigmoid', 'Sigmoid', BY_POSITION),
  Softplus: elementwise('Softplus', 'Softplus', BY_POSITION),
  Log: elementwise('Log', 'Log', BY_POSITION),
  Exp: elementwise('Exp', 'Exp', BY_POSITION),
  Sin: elementwise('Sin', 'Sin', BY_POSITION),
  Cos: elementwise('Cos', 'Cos', BY_POSITION),
  Erf: elementwise('Erf', 'Erf', BY_POSITION),
  Sqrt: elementwise('Sqrt', 'Sqrt', EXACT),
  Reciprocal: elementwise('Reciprocal', 'Reciprocal', EXACT),
  Floor: elementwise('Floor', 'Floor', EXACT),
  Ceil: elementwise('Ceil', 'Ceil', EXACT),
  Round: elementwise('Round', 'Round', EXACT),
  Abs: elementwise('Abs', 'Abs', EXACT),
  Sign: elementwise('Sign', 'Sign', EXACT),
  Neg: elementwise('Neg', 'Neg', EXACT),
  LogicalNot: elementwise('LogicalNot', 'Not', EXACT),
  IsNan: elementwise('IsNan', 'IsNaN', EXACT),
  IsInf: elementwise('IsInf', 'IsInf', EXACT),
} satisfies Record<string, Op<NoAttrs>>;

/** tfjs kernels of two inputs `a` and `b` whose result has their common dtype. */
export const binaryOps = {
  Add: elementwise('Add', 'Add'),
  Sub: elementwise('Sub', 'Sub'),
  Multiply: elementwise('Multiply', 'Mul'),
  RealDiv: elementwise('RealDiv', 'Div'),
  Maximum: elementwise('Maximum', 'Max'),
  Minimum: elementwise('Minimum', 'Min'),
  Pow: elementwise('Pow', 'Pow', BY_POSITION),
} satisfies Record<string, Op<NoAttrs>>;

/** tfjs kernels of two inputs `a` and `b` whose result is bool. */
export const predicateOps = {
  Greater: elementwise('Greater', 'Greater'),
  GreaterEqual: elementwise('GreaterEqual', 'GreaterOrEqual'),
  Less: elementwise('Less', 'Less'),
  LessEqual: elementwise('LessEqual', 'LessOrEqual'),
  Equal: elementwise('Equal', 'Equal'),
  LogicalAnd: elementwise('LogicalAnd', 'And'),
  LogicalOr: elementwise('LogicalOr', 'Or'),
} satisfies Record<string, Op<NoAttrs>>;

export const select = elementwise('Select', 'Where');
export const addN = elementwise('AddN', 'Sum');
export const prelu = elementwise('Prelu', 'PRelu');

export const rsqrt: Op<NoAttrs> = {
  name: 'Rsqrt',
  lower: (lowering, node) =>
    map(lowering, map(lowering, lowering.value(node.inputs[0]!), 'Sqrt'), 'Reciprocal'),
};

export const square: Op<NoAttrs> = {
  name: 'Square',
  lower(lowering, node) {
    const x = lowering.value(node.inputs[0]!);
    return map(lowering, x, 'Mul', [x.name]);
  },
};

export const squaredDifference: Op<NoAttrs> = {
  name: 'SquaredDifference',
  lower(lowering, node) {
    const difference = lowering.broadcast('Sub', operands(lowering, node), node);
    return map(lowering, difference, 'Mul', [difference.name]);
  },
};

/** log(1 + x) as log(u) x / (u - 1) with u = 1 + x rounded, which undoes that rounding; x itself where u is 1. */
export const log1p: Op<NoAttrs> = {
  name: 'Log1p',
  lower(lowering, node) {
    const { graph } = lowering;
    const x = lowering.settled(lowering.value(node.inputs[0]!));
    const one = graph.scalar(1);
    const u = graph.emit('Add', [x.name, one]);
    const excess = graph.emit('Sub', [u, one]);
    const log = graph.emit('Log', [u]);
    const tiny = graph.emit('Equal', [excess, graph.scalar(0)]);
    const ratio = graph.emit('Div', [x.name, graph.emit('Where', [tiny, one, excess])]);
    // An infinite x makes the ratio NaN, and log(u) is the answer already.
    const corrected = graph.emit('Where', [
      graph.emit('IsInf', [x.name]),
      log,
      graph.emit('Mul', [log, ratio]),
    ]);
    return { ...x, name: graph.emit('Where', [tiny, x.name, corrected]) };
  },
};

/** exp(x) - 1, to the absolute accuracy of exp. */
export const expm1: Op<NoAttrs> = {
  name: 'Expm1',
  lower(lowering, node) {
    const { graph } = lowering;
    const x = lowering.settled(lowering.value(node.inputs[0]!));
    return { ...x, name: graph.emit('Sub', [graph.emit('Exp', [x.name]), graph.scalar(1)]) };
  },
};

export const leakyRelu: Op<{ alpha: number }> = {
  name: 'LeakyRelu',
  lower: (lowering, node) =>
    map(lowering, lowering.value(node.inputs[0]!), 'LeakyRelu', [], { alpha: { float: node.attrs.alpha } }),
};

export const elu: Op<NoAttrs> = {
  name: 'Elu',
  lower: (lowering, node) => map(lowering, lowering.settled(lowering.value(node.inputs[0]!)), 'Elu'),
};

/** min <= x <= max. */
export const clip: Op<{ min: number; max: number }> = {
  name: 'ClipByValue',
  lower(lowering, node) {
    const { min, max } = node.attrs;
    const x = lowering.value(node.inputs[0]!);
    const limits = [min, max].map((limit) => lowering.graph.scalar(limit, x.dtype));
    return map(lowering, x, 'Clip', limits);
  },
};

/** Beyond any slope that matters: x times this saturates Clip on either side, denormal x apart. */
const STEEP = 3e38;

/** 1 where x > 0, else alpha: the derivative of relu (alpha 0), leaky relu, and abs (alpha -1). */
export const step: Op<{ alpha: number }> = {
  name: 'Step',
  lower(lowering, node) {
    const { alpha } = node.attrs;
    const { graph } = lowering;
    const x = lowering.value(node.inputs[0]!);
    // A steep ramp costs half of a comparison and a selection, but is right at 0 only for these alphas.
    if (alpha >= 0 && alpha < 1) {
      const ramp = map(lowering, x, 'Mul', [graph.scalar(STEEP)]);
      return map(lowering, ramp, 'Clip', [graph.scalar(alpha), graph.scalar(1)]);
    }
    const positive = map(lowering, x, 'Greater', [graph.scalar(0)]);
    return { ...x, name: graph.emit('Where', [positive.name, graph.scalar(1), graph.scalar(alpha)]) };
  },
};

export const cast: Op<{ to: DType }> = {
  name: 'Cast',
  lower(lowering, node) {
    const x = lowering.value(node.inputs[0]!);
    if (x.dtype === node.dtype) return x;
    return { ...map(lowering, x, 'Cast', [], { to: ELEMENT[node.dtype] }), dtype: node.dtype };
  },
};

export const fill: Op<{ value: number } & Attrs> = {
  name: 'Fill',
  lower: (lowering, node) => lowering.uniform(lowering.graph.scalar(node.attrs.value, node.dtype), node),
};
