import type { DType, Shape } from '../dtype.js';
import { type Attrs, Node, type NO_ATTRS, type Op } from '../node.js';

/**
 * One tfjs kernel: what to record when tfjs runs it. It works on nodes alone and computes nothing; shapes and dtypes
 * are inferred here, so that tfjs can go on.
 */
export interface Kernel {
  readonly name: string;
  readonly record: (inputs: Readonly<Record<string, Node>>, attrs: object) => Node | Node[];
}

/** tfjs hands kernels loosely typed maps; `I` and `A` are what it documents this kernel to get. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- they type the callback, per kernel
export function kernel<I extends Partial<Record<string, Node>>, A extends object = object>(
  name: string,
  record: (inputs: I, attrs: A) => Node | Node[],
): Kernel {
  return { name, record: record as unknown as Kernel['record'] };
}

/** Inputs of most unary kernels. */
export interface X {
  [key: string]: Node;
  x: Node;
}

/** Inputs of binary kernels. */
export interface AB {
  [key: string]: Node;
  a: Node;
  b: Node;
}

export type NoAttrs = typeof NO_ATTRS;

export function record<A extends Attrs>(
  op: Op<A>,
  inputs: readonly Node[],
  attrs: A,
  shape: Shape,
  dtype: DType,
): Node {
  return new Node(op, inputs, attrs, shape, dtype);
}
