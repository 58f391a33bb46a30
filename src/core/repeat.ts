import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { Tf } from './ops.js';
import type { Shape } from './shape.js';

/**
 * Brings a value into a program that differs from one repetition to the next: a batch, a random draw, a learning rate.
 * `value` makes it from the context of the repetition.
 */
export interface Feed<C> {
  (shape: readonly [], value: (context: C) => number): Scalar;
  (shape: Shape, value: (context: C) => Float32Array): Tensor;
}

/**
 * Runs programs of tensor operations again and again. An engine that has seen a program before need not run its
 * JavaScript again: it may compute the same operations on newly fed values and on the variables as they are now.
 */
export interface Repeater<C> {
  /**
   * @param key names the program: it stands for everything that decides which operations `program` runs, shapes
   * included. Two runs under one key may differ only in what is fed and in the values of variables.
   * @param context of this repetition, for the values that are fed.
   * @param program may assign variables; all other tensors that it makes, but its results, are disposed.
   */
  run(key: string, context: C, program: (feed: Feed<C>) => readonly Tensor[]): Tensor[];
}

/** A feed from a function that takes both kinds of value. */
export function feeding<C>(
  feed: (shape: Shape, value: (context: C) => Float32Array | number) => Tensor,
): Feed<C> {
  return feed as Feed<C>;
}

/** Runs the program itself, each time. */
export function plainRepeater<C>(tf: Tf): Repeater<C> {
  return {
    run: (_key, context, program) =>
      tf.tidy(() => [...program(feeding((shape, value) => tf.tensor(value(context), [...shape])))]),
  };
}
