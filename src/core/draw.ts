import type { Tensor } from '@tensorflow/tfjs';
import type { Random } from './random.js';
import { type Shape, sizeOf } from './shape.js';

/** Fills an array with random values, example after example, for as many as it holds. */
export type Fill = (random: Random, values: Float32Array) => void;

/** Makes a tensor of random values from a seed of the caller's own. @param what distinguishes several draws of one caller. */
export type Draw = (shape: Shape, fill: Fill, what?: string) => Tensor;

/** The values themselves. */
export function drawn(shape: Shape, random: Random, fill: Fill): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  fill(random, values);
  return values;
}
