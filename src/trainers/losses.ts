import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { Feed } from '../core/repeat.js';
import { evaluateCall, type Scope, stateOf } from './calls.js';
import { type Tape } from './tape.js';
import type { LossPlan } from '../plan/index.js';
import type { PenaltyCall, PenaltyLoss } from '../registry/index.js';
import { type DueUpdate, weightKey } from './due.js';
import type { StepInputs } from './step-inputs.js';

export interface UpdateLosses {
  /** One per key of `termKeys`. */
  readonly terms: readonly Scalar[];
  /** Weighted sum, what is differentiated. */
  readonly total: Scalar;
}

/** The keys that an update's values are logged under: each loss unweighted, its roles where it has several, the total. */
export function termKeys({ update, losses }: DueUpdate): string[] {
  const keys = losses.flatMap(({ loss }) => {
    const key = `${update.name}/${loss.name}`;
    const roles = ROLES.filter((role) => loss.operands[role] !== undefined);
    return [key, ...(roles.length > 1 ? roles.map((role) => `${key}/${role}`) : [])];
  });
  return [...keys, `${update.name}/total`];
}

/** A scope whose values can be differentiated. */
export type LossScope = Scope & { readonly tape: Tape };

/** The losses of one update that are due in this step, and their weighted sum. */
export function updateLosses(
  { update, losses }: DueUpdate,
  feed: Feed<StepInputs>,
  scope: LossScope,
): UpdateLosses {
  const { tf } = scope;
  const terms: Scalar[] = [];
  const weighted: Scalar[] = [];
  for (const { loss, weight } of losses) {
    const roleValues = lossTerms(`${update.name}/${loss.name}`, loss, scope);
    const value = roleValues.length === 1 ? roleValues[0]! : tf.addN<Scalar>(roleValues);
    terms.push(value, ...(roleValues.length > 1 ? roleValues : []));
    // A loss of weight 0 is logged and not trained on.
    if (weight === 0) continue;
    const key = weightKey(update.name, loss.name);
    weighted.push(
      weight === 1
        ? value
        : tf.mul(
            value,
            feed([], ({ numbers }) => numbers.get(key)!),
          ),
    );
  }
  const total =
    weighted.length === 0 ? tf.scalar(0) : weighted.length === 1 ? weighted[0]! : tf.addN<Scalar>(weighted);
  return { terms: [...terms, total], total };
}

/** Roles of scores, in the order of their terms. */
const ROLES = ['real', 'fake', 'fool'] as const;

type Role = (typeof ROLES)[number];

/** The role whose scores a relative loss compares with those of `role`. */
const otherSide = (role: Role, given: readonly Role[]): Role =>
  role !== 'real' ? 'real' : given.includes('fool') ? 'fool' : 'fake';

/** One mean per role of a loss on scores, else one value. */
function lossTerms(name: string, loss: LossPlan, scope: LossScope): Scalar[] {
  const { tf, registry } = scope;
  const definition = registry.get('loss', loss.config.type);
  const context = { tf, scores: loss.scores };
  const operand = (key: string): Tensor[] => evaluateCall(loss.operands[key]!, scope);
  switch (definition.operands) {
    case 'scores': {
      const functions = definition.build(loss.params, context);
      const given = ROLES.filter((role) => loss.operands[role] !== undefined);
      const scores = new Map(given.map((role) => [role, operand(role)]));
      return given.map((role) => {
        const roleScores = scores.get(role)!;
        // Only a relative loss reads these, and its check has made sure that they exist.
        const others = scores.get(otherSide(role, given)) ?? roleScores;
        // With `fool` the generator is trained: real scores take the part of the fakes.
        const lossOf =
          functions[definition.relative && role === 'real' && given.includes('fool') ? 'fake' : role];
        const values = roleScores.map((each, i) => lossOf(each, others[i]!));
        return meanOfAll(scope, values);
      });
    }
    case 'difference': {
      const difference = definition.build(loss.params, context);
      const to = operand('to');
      const mask = loss.operands.where ? operand('where')[0] : undefined;
      const values = operand('of').map((of, i) => difference(of, to[i]!));
      return [meanOfAll(scope, values, mask)];
    }
    case 'values': {
      const evaluate = definition.build(loss.params, context);
      const values = Object.keys(definition.values).map((key) => [key, operand(key)[0]!] as const);
      return [meanOfAll(scope, [evaluate(Object.fromEntries(values))])];
    }
    case 'penalty': {
      const penalty = definition.build(loss.params, context);
      return [meanOfAll(scope, [penaltyValues(name, penalty, operand('of'), operand('at')[0]!, scope)])];
    }
  }
}

/** The penalty of each example on its objective's gradient by `at`. It will itself be differentiated by weights. */
function penaltyValues(
  name: string,
  { objective, penalise }: ReturnType<PenaltyLoss['build']>,
  of: readonly Tensor[],
  at: Tensor,
  scope: LossScope,
): Tensor {
  const { tf, tape } = scope;
  const call: PenaltyCall = {
    draw: (shape, fill, what) =>
      scope.draw(shape, fill, ['loss', name, ...(what === undefined ? [] : [what])]),
    ...stateOf(scope, `losses/${name}`),
    constant: (f) => tape.pause(f),
  };
  const objectives = of.map((each): Scalar => (objective ? objective(each, call) : tf.sum(each)));
  const gradient = tape.derivative(tf.addN(objectives), at);
  if (!gradient)
    throw new Error(`Loss "${name}" has no slope by its \`at\`; the check should have refused it.`);
  return penalise(gradient, call);
}

/** Mean over all elements, inside the mask where there is one; over several tensors the mean of their means. */
function meanOfAll({ tf }: Scope, values: readonly Tensor[], mask?: Tensor): Scalar {
  const means = values.map((value): Scalar => {
    if (!mask) return tf.mean(value);
    // How many values one value of the mask covers.
    const channels = Math.max(1, value.shape.at(-1)! / mask.shape.at(-1)!);
    return tf.div(tf.sum(tf.mul(value, mask)), tf.mul(tf.maximum(tf.sum(mask), 1), channels));
  });
  return means.length === 1 ? means[0]! : tf.div(tf.addN(means), means.length);
}
