import type { Tensor } from '@tensorflow/tfjs';
import type { TObject } from 'typebox';
import type { Draw } from '../core/draw.js';
import type { Tf } from '../core/ops.js';
import type { Shape } from '../core/shape.js';
import type { Definition, ParamsOf } from './definition.js';
import { ofKind } from './kind-mark.js';
import type { State, StateShapes } from './state.js';

export interface TensorContext {
  readonly tf: Tf;
  /** Examples in this batch. */
  readonly batch: number;
  /** A tensor of `[batch, ...]` drawn for this step; the only way to chance, as for layers. */
  readonly draw: Draw;
  /** What it keeps, where `state` says so; absent in samples and evaluation, which leave it as it is. */
  readonly state?: State;
}

/** A tensor of the game that no network makes: noise, an interpolation, a detached copy. */
export interface TensorDefinition<P extends TObject = TObject> extends Definition<P> {
  /** Keys of `params` whose values are calls; their tensors are handed to `build` in this order. */
  readonly operands: readonly string[];
  /** Shape of one example. */
  shape(params: ParamsOf<P>, operands: readonly Shape[]): Shape;
  /** true where operands are asked for their shape alone, and their values do not count. */
  readonly readsShapes?: boolean;
  /** true where it is 1 inside and 0 outside, and no picture. */
  readonly isMask?: boolean;
  /** true where it is a class, one-hot. */
  readonly isClass?: boolean;
  /** true where gradients stop here. */
  readonly stopsGradient: boolean;
  /** What it keeps from step to step. */
  state?(params: ParamsOf<P>, operands: readonly Shape[]): StateShapes;
  build(params: ParamsOf<P>, context: TensorContext): (operands: readonly Tensor[]) => Tensor;
}

export function defineTensor<P extends TObject>(definition: TensorDefinition<P>): TensorDefinition<P> {
  return ofKind('tensor', definition);
}
