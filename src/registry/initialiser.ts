import type { TObject } from 'typebox';
import type { Random } from '../core/random.js';
import type { Shape } from '../core/shape.js';
import type { Definition, ParamsOf } from './definition.js';
import { ofKind } from './kind-mark.js';

/** How many values go into one output of a kernel, and how many outputs one value goes into. */
export interface Fans {
  readonly fanIn: number;
  readonly fanOut: number;
}

/** How kernels start: `init: he`, or with keys `init: { type: he, distribution: uniform }`. */
export interface InitialiserDefinition<P extends TObject = TObject> extends Definition<P> {
  /** @returns draws a kernel's values in row-major order; the last axis is the one that convolutions sum least over. */
  build(params: ParamsOf<P>): (shape: Shape, fans: Fans, random: Random) => Float32Array;
}

export function defineInitialiser<P extends TObject>(
  definition: InitialiserDefinition<P>,
): InitialiserDefinition<P> {
  return ofKind('initialiser', definition);
}
