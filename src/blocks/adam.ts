import type { Scalar, Variable } from '@tensorflow/tfjs';
import { Type } from 'typebox';
import type { Tf } from '../core/ops.js';
import type { UpdateClock } from '../registry/index.js';

/** Keys of Adam and what is built on it. */
export const betaParams = () => ({
  beta1: Type.Number({
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.9,
    description: 'Share of the running mean of the gradient that a step keeps.',
  }),
  beta2: Type.Number({
    minimum: 0,
    exclusiveMaximum: 1,
    default: 0.999,
    description: 'Share of the running mean of the squared gradient that a step keeps.',
  }),
  epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-8, description: 'Keeps the division finite.' }),
});

export const weightDecayParam = (fallback: number) =>
  Type.Number({
    minimum: 0,
    maximum: 1,
    default: fallback,
    description: 'Share of a weight that is lost per step, times the learning rate.',
  });

interface Betas {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Numbers of Adam's operations besides beta1 and beta2; they include the correction for means that start at 0. */
export function biasCorrected(
  { beta1, beta2, epsilon }: Betas,
  { update, learningRate }: UpdateClock,
): { readonly stepSize: number; readonly epsilon: number } {
  const correction = Math.sqrt(1 - beta2 ** update);
  return {
    stepSize: (learningRate * correction) / (1 - beta1 ** update),
    epsilon: epsilon * correction,
  };
}

/** Multiplies weights by `kept`, in place. @param kept 1 - learning_rate weight_decay. */
export function decayWeights(tf: Tf, variable: Variable, kept: Scalar): void {
  tf.tidy(() => variable.assign(tf.mul(variable, kept)));
}
