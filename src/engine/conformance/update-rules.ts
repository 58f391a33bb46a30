import type { Tensor, Variable } from '@tensorflow/tfjs';
import type { Case, Compute, Family } from './case.js';

// 1 - beta2 is the same in float32, in which some engines take it, and in float64.
const ADAM = { beta1: 0.5, beta2: 1 - 2 ** -10, stepSize: 2e-2, epsilon: 1e-7 };

type Update = (on: Compute, w: Variable, slots: Variable[], gradient: Tensor) => void;

/** Weights and state after two updates by gradients that differ. */
function after(on: Compute, count: number, update: Update, w: Tensor, gradient: Tensor): Tensor[] {
  const { tf } = on;
  const variable = tf.variable(w);
  const zeros = new Float32Array(w.size);
  const slots = Array.from({ length: count }, () => tf.variable(tf.tensor(zeros, w.shape), false));
  for (const each of [gradient, tf.square(gradient)]) update(on, variable, slots, each);
  const results = [variable, ...slots].map((each) => tf.mul(each, 1));
  tf.dispose([variable, ...slots]);
  return results;
}

const updates: Record<string, readonly [slots: number, update: Update]> = {
  'ops.adam': [2, ({ ops }, w, [m, v], g) => ops.adam(w, m!, v!, g, ADAM)],
  rmsprop: [
    1,
    ({ tf }, w, [mean], g) => {
      mean!.assign(tf.add(tf.mul(mean!, 0.9), tf.mul(tf.square(g), 0.1)));
      w.assign(tf.sub(w, tf.div(tf.mul(g, 1e-2), tf.add(tf.sqrt(mean!), 1e-6))));
    },
  ],
  momentum: [
    1,
    ({ tf }, w, [velocity], g) => {
      velocity!.assign(tf.add(tf.mul(velocity!, 0.9), g));
      w.assign(tf.sub(w, tf.mul(velocity!, 1e-2)));
    },
  ],
  sgd: [0, ({ tf }, w, _slots, g) => w.assign(tf.sub(w, tf.mul(g, 1e-2)))],
  'clipped weights': [
    0,
    ({ tf }, w, _slots, g) => w.assign(tf.clipByValue(tf.sub(w, tf.mul(g, 0.1)), -0.3, 0.3)),
  ],
  'clipped gradient norm': [
    0,
    ({ tf }, w, _slots, g) => {
      const norm = tf.sqrt(tf.addN([tf.sum(tf.square(g))]));
      w.assign(tf.sub(w, tf.mul(g, tf.minimum(1, tf.div(0.5, tf.add(norm, 1e-12))))));
    },
  ],
  'moving average of weights': [
    1,
    ({ tf }, w, [average], g) => {
      w.assign(tf.sub(w, tf.mul(g, 1e-2)));
      average!.assign(tf.add(tf.mul(average!, 0.99), tf.mul(w, 0.01)));
    },
  ],
};

const cases: readonly Case[] = Object.entries(updates).flatMap(([name, [slots, update]]) =>
  [[5], [3, 3, 17, 29]].map((shape): Case => ({
    name: `${name} of ${shape.join('x')}`,
    inputs: [shape, shape],
    run: (on, w, gradient) => after(on, slots, update, w, gradient),
    order: 0,
  })),
);

export const updateRules: Family = { name: 'updates', cases };
