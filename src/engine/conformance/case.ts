import type { Tensor } from '@tensorflow/tfjs';
import type { Shape } from '../../core/shape.js';
import type { Engine } from '../definition.js';

/** What a case may use of an engine. */
export type Compute = Pick<Engine, 'tf' | 'ops'>;

/** One function of tensors, held against the reference engine: its value, and its gradient by every input. */
export interface Case {
  readonly name: string;
  /** Shapes of the float32 inputs, filled with values in [-1, 1). */
  readonly inputs: readonly Shape[];
  readonly run: (on: Compute, ...inputs: Tensor[]) => Tensor | Tensor[];
  /**
   * How often it is differentiated. 0: values alone (integers, bools, positions). 1: the gradient, which is the default.
   * 2: also the gradient of the gradient's squared norm, as gradient penalties take it.
   */
  readonly order?: 0 | 1 | 2;
  /** Largest difference allowed, relative to the largest expected value of the same tensor. */
  readonly tolerance?: number;
  /**
   * The same for engines whose kernels are WGSL, where its specification allows more
   * (https://www.w3.org/TR/WGSL/#floating-point-accuracy).
   */
  readonly wgslTolerance?: number;
}

/** Cases of one kind of kernels. */
export interface Family {
  readonly name: string;
  readonly cases: readonly Case[];
}

/** Float32 rounding after a few dozen additions. */
export const TOLERANCE = 2e-6;
/** A second derivative has seen three passes of them. */
export const TOLERANCE_TWICE = 1e-5;

/** Graphics processors round exponentials and divisions to a few more units in the last place. */
export const WGSL_ROUNDING = 10;

type Unary = (on: Compute, x: Tensor) => Tensor | Tensor[];

/** A function of one tensor whose four axes cannot be mistaken for each other. */
export function unary(name: string, run: Unary, more: Partial<Case> = {}): Case {
  return { name, inputs: [[2, 3, 5, 7]], run, ...more };
}

/** Not linear, and nothing but products: what is wrong with its input shows, and nothing is added that an engine rounds. */
export const cube = ({ tf }: Compute, x: Tensor): Tensor => tf.mul(x, tf.square(x));

/** For cases whose result has no gradient. */
export const VALUE = { order: 0 } as const;
/** For cases that gradient penalties go through. */
export const TWICE = { order: 2 } as const;
