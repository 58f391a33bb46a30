import type { Tensor } from '@tensorflow/tfjs';
import type { TObject } from 'typebox';
import type { Tf } from '../core/ops.js';
import type { Definition, ParamsOf } from './definition.js';

export interface LossContext {
  readonly tf: Tf;
  /** What a discriminator ends in: nothing (logits), or a sigmoid (probabilities). */
  readonly scores: 'logits' | 'probabilities';
}

/** Element-wise: the game takes the mean over all elements, or inside `where`. */
export type ScoreFunction = (scores: Tensor) => Tensor;
export type DifferenceFunction = (of: Tensor, to: Tensor) => Tensor;
/** `d`: gradient of sum(call) by `at`, `[batch, ...]`. Element-wise over the batch. */
export type PenaltyFunction = (gradient: Tensor) => Tensor;

/** Judges a discriminator's scores: what it should say of real ones, of fakes, and what G wants it to say. */
export interface ScoreLoss<P extends TObject = TObject> extends Definition<P> {
  readonly operands: 'scores';
  build(params: ParamsOf<P>, context: LossContext): Readonly<Record<'real' | 'fake' | 'fool', ScoreFunction>>;
}

/** Compares two tensors of one shape: keys `of`, `to`, and `where`. */
export interface DifferenceLoss<P extends TObject = TObject> extends Definition<P> {
  readonly operands: 'difference';
  build(params: ParamsOf<P>, context: LossContext): DifferenceFunction;
}

/** Penalises the gradient of a call `of` by a tensor `at`. */
export interface PenaltyLoss<P extends TObject = TObject> extends Definition<P> {
  readonly operands: 'penalty';
  build(params: ParamsOf<P>, context: LossContext): PenaltyFunction;
}

/** Common keys that it must not declare: `type`, its operands, `weight`, `every`, `schedule`. */
export type LossDefinition<P extends TObject = TObject> = ScoreLoss<P> | DifferenceLoss<P> | PenaltyLoss<P>;

export function defineLoss<P extends TObject, D extends LossDefinition<P>>(definition: D & { params: P }): D {
  return definition;
}
