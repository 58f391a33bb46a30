import type * as tfjs from '@tensorflow/tfjs';

/** The tfjs module as an engine hands it on: the same API whatever computes behind it. */
export type Tf = typeof tfjs;

/** Adam's numbers for one step, bias correction already folded in (Kingma & Ba 2015, the end of section 2). */
export interface AdamStep {
  readonly beta1: number;
  readonly beta2: number;
  /** Step size alpha * sqrt(1 - beta2^t) / (1 - beta1^t). */
  readonly stepSize: number | tfjs.Scalar;
  /** epsilon * sqrt(1 - beta2^t): the paper's epsilon, moved to where the folded form needs it. */
  readonly epsilon: number | tfjs.Scalar;
}

/**
 * Operations that an engine may have a faster form of than the composed tfjs ops.
 * Every one has a composed fallback with the same numbers to within rounding.
 */
export interface Ops {
  /**
   * (x - mean) / sqrt(variance + epsilon) * gamma + beta, mean and (biased) variance taken over `axes` of this call's x.
   * Differentiable in x, gamma and beta. gamma and beta are `[channels]` or absent.
   * @returns y shaped as x; mean and variance with `axes` reduced to 1 (no gradient flows through those two).
   */
  normalise(
    x: tfjs.Tensor4D,
    axes: readonly number[],
    epsilon: number,
    gamma?: tfjs.Tensor1D,
    beta?: tfjs.Tensor1D,
  ): { y: tfjs.Tensor4D; mean: tfjs.Tensor4D; variance: tfjs.Tensor4D };
  /**
   * One Adam update of one variable:
   * m' = beta1 m + (1 - beta1) g, v' = beta2 v + (1 - beta2) g^2, w' = w - stepSize m' / (sqrt(v') + epsilon).
   * Assigns the three variables in place; g is left to the caller's tidy.
   */
  adam(w: tfjs.Variable, m: tfjs.Variable, v: tfjs.Variable, g: tfjs.Tensor, step: AdamStep): void;
}
