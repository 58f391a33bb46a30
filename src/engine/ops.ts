import type { Scalar, Tensor, Tensor1D, Tensor4D, Variable } from '@tensorflow/tfjs';
import type { AdamStep, Ops, Tf } from '../core/ops.js';

/** tfjs kernel that a backend registers when it has a fused Adam update: {w, m, v, g, stepSize, epsilon} -> [w', m', v']. */
export const APPLY_ADAM = 'ApplyAdam';

/** The composed operations, with fused kernels used where the active backend registers them. */
export function createOps(tf: Tf): Ops {
  return {
    normalise: (x, axes, epsilon, gamma, beta) => normalise(tf, x, axes, epsilon, gamma, beta),
    adam(w, m, v, g, step) {
      const update =
        (tf.getKernel(APPLY_ADAM, tf.getBackend()) as object | undefined) === undefined
          ? composedAdam
          : fusedAdam;
      tf.tidy(() => {
        const [w1, m1, v1] = update(tf, w, m, v, g, step);
        w.assign(w1);
        m.assign(m1);
        v.assign(v1);
      });
    },
  };
}

type AdamState = [w: Tensor, m: Tensor, v: Tensor];
type AdamUpdate = (tf: Tf, w: Variable, m: Variable, v: Variable, g: Tensor, step: AdamStep) => AdamState;

const fusedAdam: AdamUpdate = (tf, w, m, v, g, { beta1, beta2, stepSize, epsilon }) =>
  tf
    .engine()
    .runKernel(
      APPLY_ADAM,
      { w, m, v, g, stepSize: tensorOf(tf, stepSize), epsilon: tensorOf(tf, epsilon) },
      { beta1, beta2 },
    ) as unknown as AdamState;

const tensorOf = (tf: Tf, value: number | Scalar): Scalar =>
  typeof value === 'number' ? tf.scalar(value) : value;

// In the order of operations that every fused form keeps, so that all forms agree to the last bit.
const composedAdam: AdamUpdate = (tf, w, m, v, g, { beta1, beta2, stepSize, epsilon }) => {
  const m1 = tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1));
  const v1 = tf.add(tf.mul(v, beta2), tf.mul(tf.mul(g, g), 1 - beta2));
  const w1 = tf.sub(w, tf.div(tf.mul(m1, stepSize), tf.add(tf.sqrt(v1), epsilon)));
  return [w1, m1, v1];
};

/**
 * Normalisation with its gradient written out: three passes over x instead of the dozen that tfjs's gradients of
 * mean, variance and batchNorm make, and differentiable again (a gradient penalty through a normalised critic).
 *
 * With r = 1 / sqrt(variance + epsilon), c = x - mean, u = dy * gamma and E the mean over `axes`:
 * dx = r (u - E[u] - c r^2 E[u c]), dgamma = sum(dy c r), dbeta = sum(dy).
 */
function normalise(
  tf: Tf,
  x: Tensor4D,
  axes: readonly number[],
  epsilon: number,
  gamma?: Tensor1D,
  beta?: Tensor1D,
): { y: Tensor4D; mean: Tensor4D; variance: Tensor4D } {
  const reduced = [...axes];
  const moments = (input: Tensor) => {
    const mean = tf.mean(input, reduced, true);
    const centred = tf.sub(input, mean);
    const variance = tf.mean(tf.square(centred), reduced, true);
    return { mean, centred, variance, rstd: tf.rsqrt(tf.add(variance, epsilon)) };
  };
  const statistics: Tensor[] = [];
  const affine = [gamma, beta].filter((tensor) => tensor !== undefined);
  const scaled = gamma !== undefined;
  /** Sums all but the channels of a tensor shaped as x, or as the statistics where those are per channel. */
  const perChannel = (tensor: Tensor) => tf.reshape(tf.sum(tensor, [0, 1, 2]), [x.shape[3]]);

  const apply = tf.customGrad((...args) => {
    const save = args.pop() as unknown as (tensors: Tensor[]) => void;
    const [input, ...rest] = args as Tensor[];
    const scale = scaled ? rest[0] : undefined;
    const shift = beta === undefined ? undefined : rest.at(-1);
    const { mean, centred, variance, rstd } = moments(input!);
    statistics.push(tf.keep(mean), tf.keep(variance));
    let value = tf.mul(centred, scale ? tf.mul(rstd, scale) : rstd);
    if (shift) value = tf.add(value, shift);
    save(scale ? [input!, scale] : [input!]);
    // Only inputs are saved, and the moments taken again: what was computed in here is not on the tape, and a second
    // derivative through it would be lost. A lazy engine merges the repeated expressions.
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [savedInput, savedScale] = saved;
      const { centred: c, rstd: r } = moments(savedInput!);
      const channelwise = !reduced.includes(3);
      const dyc = tf.mul(dy, c);
      const grads: Tensor[] = [];
      if (savedScale && !channelwise) {
        const u = tf.mul(dy, savedScale);
        grads.push(inputGradient(u, tf.mul(u, c), r, c));
      } else {
        grads.push(inputGradient(dy, dyc, savedScale ? tf.mul(r, savedScale) : r, c, r));
      }
      if (savedScale) {
        const dgamma = channelwise
          ? tf.mul(tf.sum(dyc, reduced, true), r) // r is constant over `axes`: scale the sums, not the summands
          : tf.mul(dyc, r);
        grads.push(perChannel(dgamma));
      }
      if (beta) grads.push(perChannel(dy));
      return grads;
    };
    return { value, gradFunc };
  });
  /** a (u - E[u]) - c (a r^2 E[u c]): the statistics-sized factors first, so that three full-size passes are left. */
  function inputGradient(u: Tensor, uc: Tensor, a: Tensor, c: Tensor, r: Tensor = a): Tensor {
    const slope = tf.mul(tf.mul(a, tf.square(r)), tf.mean(uc, reduced, true));
    const offset = tf.mul(a, tf.mean(u, reduced, true));
    return tf.sub(tf.mul(u, a), tf.add(tf.mul(c, slope), offset));
  }

  const y = apply(x, ...affine) as Tensor4D;
  // Kept past customGrad's own tidy; handed on as ordinary tensors of the caller's scope.
  const [mean, variance] = statistics.map((kept) => {
    const tensor = kept.clone();
    kept.dispose();
    return tensor as Tensor4D;
  });
  return { y, mean: mean!, variance: variance! };
}
