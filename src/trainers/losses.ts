import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { UserError } from '../core/errors.js';
import { evaluateCall, type Scope } from '../graph/index.js';
import type { LossPlan, UpdatePlan } from '../plan/types.js';

/** A measured value of an update: unweighted, by the key it is logged under. */
export interface LossTerm {
  readonly key: string;
  readonly value: Scalar;
}

export interface UpdateLosses {
  readonly terms: readonly LossTerm[];
  /** Weighted sum, what is differentiated. */
  readonly total: Scalar;
}

/** Factor of a loss in a step: its weight after the schedule, times n where it is due in every nth step only. */
export type WeightOf = (loss: LossPlan) => number;

/** The losses of one update that are due in this step, and their weighted sum. */
export function updateLosses(
  update: UpdatePlan,
  due: readonly LossPlan[],
  weightOf: WeightOf,
  scope: Scope,
): UpdateLosses {
  const { tf } = scope;
  const terms: LossTerm[] = [];
  const weighted: Scalar[] = [];
  for (const loss of due) {
    const parts = lossParts(loss, scope);
    const value = parts.length === 1 ? parts[0]!.value : tf.addN<Scalar>(parts.map((part) => part.value));
    const key = `${update.name}/${loss.name}`;
    terms.push({ key, value });
    if (parts.length > 1)
      terms.push(...parts.map((part) => ({ key: `${key}/${part.name}`, value: part.value })));
    const weight = weightOf(loss);
    // A loss of weight 0 is measured and not trained on.
    if (weight !== 0) weighted.push(weight === 1 ? value : tf.mul(value, weight));
  }
  const total =
    weighted.length === 0 ? tf.scalar(0) : weighted.length === 1 ? weighted[0]! : tf.addN<Scalar>(weighted);
  return { terms: [...terms, { key: `${update.name}/total`, value: total }], total };
}

function lossParts(loss: LossPlan, scope: Scope): { readonly name: string; readonly value: Scalar }[] {
  const { tf, registry } = scope;
  const definition = registry.get('loss', loss.config.type);
  const context = { tf, scores: loss.scores };
  const operand = (key: string): Tensor[] => evaluateCall(loss.operands[key]!, scope);
  switch (definition.operands) {
    case 'scores': {
      const functions = definition.build(loss.params, context);
      return (['real', 'fake', 'fool'] as const)
        .filter((role) => loss.operands[role] !== undefined)
        .map((role) => ({ name: role, value: meanOfAll(scope, operand(role).map(functions[role])) }));
    }
    case 'difference': {
      const difference = definition.build(loss.params, context);
      const to = operand('to');
      const mask = loss.operands.where ? operand('where')[0] : undefined;
      const values = operand('of').map((of, i) => difference(of, to[i]!));
      return [{ name: loss.name, value: meanOfAll(scope, values, mask) }];
    }
    case 'penalty':
      throw new UserError(
        `Loss "${loss.name}" is a ${definition.type}: penalties on gradients are not trained yet.`,
        {
          exitCode: 2,
          remedy: 'Take the loss out of the update.',
        },
      );
  }
}

/** Mean over all elements, inside the mask where there is one; over several tensors the mean of their means. */
function meanOfAll({ tf }: Scope, values: readonly Tensor[], mask?: Tensor): Scalar {
  const means = values.map((value): Scalar => {
    if (!mask) return tf.mean(value);
    const channels = value.shape.at(-1)! / mask.shape.at(-1)!;
    return tf.div(tf.sum(tf.mul(value, mask)), tf.mul(tf.maximum(tf.sum(mask), 1), channels));
  });
  return means.length === 1 ? means[0]! : tf.div(tf.addN(means), means.length);
}
