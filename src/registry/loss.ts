import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { TObject } from 'typebox';
import type { Draw } from '../core/draw.js';
import type { Tf } from '../core/ops.js';
import type { Shape } from '../core/shape.js';
import type { Definition, ParamsOf } from './definition.js';
import { ofKind } from './kind-mark.js';
import type { State, StateShapes } from './state.js';

export interface LossContext {
  readonly tf: Tf;
  /** What a discriminator ends in: nothing (logits), or a sigmoid (probabilities). */
  readonly scores: 'logits' | 'probabilities';
}

/**
 * Element-wise: the game takes the mean over all elements, or inside `where`.
 * @param others of a `relative` loss: scores of the other side.
 */
export type ScoreFunction = (scores: Tensor, others: Tensor) => Tensor;
export type DifferenceFunction = (of: Tensor, to: Tensor) => Tensor;
export type ValuesFunction = (values: Readonly<Record<string, Tensor>>) => Tensor;

/** What a penalty is given in a step. */
export interface PenaltyCall {
  /** A tensor drawn for this loss in this step. */
  readonly draw: Draw;
  /** What it keeps, where `state` says so. */
  readonly state?: State;
  /** Runs `f` so that no gradient goes through what it returns. */
  readonly constant: <T>(f: () => T) => T;
}

export interface Penalty {
  /** What is differentiated by `at`; default: the sum of all elements of `of`. */
  readonly objective?: (of: Tensor, call: PenaltyCall) => Scalar;
  /** From the gradient `[batch, ...at]` of the objective: one value per example, `[batch]`. */
  readonly penalise: (gradient: Tensor, call: PenaltyCall) => Tensor;
}

/** Losses of one score: at the boundary between real and fake, which a wrong decision never falls below, and at the least. */
export interface Boundary {
  readonly boundary: number;
  readonly least: number;
}

/** Judges a discriminator's scores: what it should say of real ones, of fakes, and what G wants it to say. */
export interface ScoreLoss<P extends TObject = TObject> extends Definition<P> {
  readonly operands: 'scores';
  /** Scores of a network that ends in a sigmoid are taken as probabilities; of others as they come. */
  readonly probabilities?: true;
  /**
   * true where one side's scores are judged by the other's: `real` needs `fake`, and `fool` needs `real`, which is then
   * what fakes are compared with, and judged by the function of `fake`.
   */
  readonly relative?: true;
  /** Its value has no limit unless the critic's slope has one. */
  readonly lipschitz?: true;
  /**
   * What a decision costs; absent where scores are not decisions. From a mean loss follows how many decisions are right at
   * the least: the share of wrong ones is at most (mean - least) / (boundary - least).
   */
  decides?(params: ParamsOf<P>): Readonly<Record<'real' | 'fake', Boundary>>;
  build(params: ParamsOf<P>, context: LossContext): Readonly<Record<'real' | 'fake' | 'fool', ScoreFunction>>;
}

/** Compares two tensors of one shape: keys `of`, `to`, and `where` unless `whole`. */
export interface DifferenceLoss<P extends TObject = TObject> extends Definition<P> {
  readonly operands: 'difference';
  /** true where its value has not the operands' height and width, so that no mask can be laid on it. */
  readonly whole?: true;
  /** @throws UserError where it cannot compare tensors of this shape (of one example). */
  check?(params: ParamsOf<P>, shape: Shape): void;
  build(params: ParamsOf<P>, context: LossContext): DifferenceFunction;
}

/** Penalises the gradient of a call `of` by a tensor `at`. */
export interface PenaltyLoss<P extends TObject = TObject> extends Definition<P> {
  readonly operands: 'penalty';
  /** What it keeps from step to step. */
  readonly state?: StateShapes;
  build(params: ParamsOf<P>, context: LossContext): Penalty;
}

/** Judges tensors by themselves: its keys are its own. */
export interface ValuesLoss<P extends TObject = TObject> extends Definition<P> {
  readonly operands: 'values';
  /** Description by key; each key's value is a call. All are needed. */
  readonly values: Readonly<Record<string, string>>;
  build(params: ParamsOf<P>, context: LossContext): ValuesFunction;
}

/** Common keys that it must not declare: `type`, its operands, `weight`, `every`, `schedule`. */
export type LossDefinition<P extends TObject = TObject> =
  ScoreLoss<P> | DifferenceLoss<P> | PenaltyLoss<P> | ValuesLoss<P>;

export function defineLoss<P extends TObject, D extends LossDefinition<P>>(definition: D & { params: P }): D {
  return ofKind('loss', definition);
}
