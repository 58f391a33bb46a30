import type { Tensor } from '@tensorflow/tfjs';
import type { TObject } from 'typebox';
import type { Draw } from '../core/draw.js';
import type { Ops, Tf } from '../core/ops.js';
import type { Shape } from '../core/shape.js';
import type { RoleChoice } from './role.js';
import type { Definition, ParamsOf } from './definition.js';
import { ofKind } from './kind-mark.js';
import type { Fans } from './initialiser.js';

/** How a variable starts: biases and running means at a constant, others from N(mean, deviation) or as an initialiser draws. */
export type Init =
  | { readonly type: 'normal'; readonly mean: number; readonly deviation: number }
  | { readonly type: 'constant'; readonly value: number }
  | {
      readonly type: 'drawn';
      /** An initialiser; the plan fills in its defaults. */
      readonly by: Exclude<RoleChoice, string>;
      readonly fans: Fans;
    };

export interface VariableSpec {
  /** Within the layer: `kernel`, `bias`, `gamma`, ... */
  readonly name: string;
  readonly shape: Shape;
  readonly init: Init;
  /** false for what gradients do not move: saved, not counted as parameters. */
  readonly trainable: boolean;
  /** Of what is not trainable: kept always. Else it is a running statistic, kept where outputs normalise by it. */
  readonly persistent?: true;
}

/** What a layer does to space, for the receptive field: `scale` > 1 where it enlarges. */
export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation?: number;
  readonly scale?: number;
}

export interface LayerPlan {
  readonly output: Shape;
  readonly variables: readonly VariableSpec[];
  /** Multiply-adds count as two; one example, forward. */
  readonly flops: number;
  readonly window?: Window;
}

/** One call of a network, as its layers see it. */
export interface LayerCall {
  readonly dropout: boolean;
  /** true: normalise over this call's batch; false: by the running statistics. */
  readonly batchStatistics: boolean;
  /**
   * A tensor drawn for this layer in this call and step; the same again for the same step. The only way to chance:
   * a step that the engine repeats by itself draws through here anew. @param what tells two draws of a layer apart.
   */
  readonly draw: Draw;
  /** Where this call is to move what is not trainable: takes the variable's new value. */
  readonly track?: (variable: string, value: Tensor) => void;
}

export interface LayerContext {
  readonly tf: Tf;
  readonly ops: Ops;
}

/** A built layer: inputs `[batch, ...shape]` and its variables by name in, output `[batch, ...plan.output]` out. */
export type LayerFunction = (
  inputs: readonly Tensor[],
  variables: Readonly<Record<string, Tensor>>,
  call: LayerCall,
) => Tensor;

/**
 * A layer type. Common keys that it must not declare: `id`, `type`, `from`.
 * `role` makes it a choice of the blocks' keys: norms for `norm: batch`, activations for `activation: relu`.
 */
export interface LayerDefinition<P extends TObject = TObject> extends Definition<P> {
  readonly role?: 'norm' | 'activation';
  /** Short name among its role where that differs from the type: `batch` for `batch-norm`. */
  readonly short?: string;
  /** It draws in training, so that equal calls are not equal: dropout. */
  readonly random?: true;
  /** How many inputs it takes; default 1. */
  readonly inputs?: 1 | 'many';
  /** Its own keys that name further inputs, such as `by: label`; they come after those of `from`, in this order. */
  readonly references?: readonly string[];
  /**
   * Of a norm that takes the mean away: of how many values of one example, given the output's shape, and whether the batch's
   * other examples join in. The mean of one value is that value, and nothing of it is left.
   */
  centres?(params: ParamsOf<P>, output: Shape): { readonly values: number; readonly overBatch: boolean };
  /** Least and greatest value that it can give, where there are such. */
  readonly range?: readonly [number, number];
  /** @throws UserError where the inputs' shapes cannot be taken; the message says both shapes. */
  plan(params: ParamsOf<P>, inputs: readonly Shape[]): LayerPlan;
  build(params: ParamsOf<P>, context: LayerContext): LayerFunction;
}

export function defineLayer<P extends TObject>(definition: LayerDefinition<P>): LayerDefinition<P> {
  return ofKind('layer', definition);
}
