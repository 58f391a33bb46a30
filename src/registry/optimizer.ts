import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';
import type { TObject } from 'typebox';
import type { Ops, Tf } from '../core/ops.js';
import type { Definition, ParamsOf } from './definition.js';
import { ofKind } from './kind-mark.js';

export interface OptimizerContext {
  readonly tf: Tf;
  readonly ops: Ops;
}

export interface VariableUpdate {
  readonly variable: Variable;
  readonly gradient: Tensor;
  /** By slot name, each shaped as the variable and started at 0. */
  readonly slots: Readonly<Record<string, Variable>>;
  /** One of what `numbers` gave for this update. */
  readonly number: (name: string) => Scalar;
}

/** Where the training of a network stands. */
export interface UpdateClock {
  /** Number of this update of the network, from 1. */
  readonly update: number;
  /** After the schedule. */
  readonly learningRate: number;
}

/** Common keys that it must not declare: `type`, `learning_rate`, `schedule`, `clip_norm`, `clip_weights`. */
export interface OptimizerDefinition<P extends TObject = TObject> extends Definition<P> {
  /** Its own key that says what share of the gradients before a step keeps. */
  readonly momentum?: string;
  /** Names of the state it keeps per variable, e.g. `m` and `v`. */
  readonly slots: readonly string[];
  /**
   * What changes from update to update, worked out once for all of a network's variables: the learning rate, bias
   * corrections. Updates get them by `number`; what enters their operations in another way must never change.
   */
  numbers(params: ParamsOf<P>, clock: UpdateClock): Readonly<Record<string, number>>;
  /** @returns assigns the variable and its slots in place. */
  build(params: ParamsOf<P>, context: OptimizerContext): (update: VariableUpdate) => void;
}

export function defineOptimizer<P extends TObject>(
  definition: OptimizerDefinition<P>,
): OptimizerDefinition<P> {
  return ofKind('optimizer', definition);
}
