import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs';
import type { AdamStep, Ops, Tf } from '../core/ops.js';
import { hasKernel, normalise } from './normalise.js';

/** tfjs kernel that a backend registers when it has a fused Adam update: {w, m, v, g, stepSize, epsilon} -> [w', m', v']. */
export const APPLY_ADAM = 'ApplyAdam';

/** The composed operations, with fused kernels used where the active backend registers them. */
export function createOps(tf: Tf): Ops {
  return {
    normalise: (x, axes, epsilon, gamma, beta) => normalise(tf, x, axes, epsilon, gamma, beta),
    adam(w, m, v, g, step) {
      const update = hasKernel(tf, APPLY_ADAM) ? fusedAdam : composedAdam;
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
