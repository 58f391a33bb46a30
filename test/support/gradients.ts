import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { Tf } from '../../src/core/ops.js';

/**
 * Holds tfjs's gradient of f at x against central differences in `probes` coordinates.
 * float32 limits what can be seen: the step is large and the tolerance loose; a wrong formula misses by far more.
 */
export function expectGradient(tf: Tf, f: (x: Tensor) => Scalar, x: Tensor, probes = 12, step = 1e-2): void {
  const gradient = tf.tidy(() =>
    tf
      .grad((input) => f(input))(x)
      .dataSync(),
  );
  const values = x.dataSync();
  const at = (i: number, by: number): number =>
    tf.tidy(() => {
      const moved = Float32Array.from(values);
      moved[i] = values[i]! + by;
      return f(tf.tensor(moved, x.shape)).dataSync()[0]!;
    });
  const stride = Math.max(1, Math.floor(values.length / probes));
  let held = 0;
  let probed = 0;
  for (let i = 0; i < values.length; i += stride) {
    probed += 1;
    const [below, here, above] = [at(i, -step), at(i, 0), at(i, step)];
    const difference = (above - below) / (2 * step);
    const tolerance = 2e-2 * Math.max(1, Math.abs(difference));
    // A kink within the step (relu at 0) has two slopes and no derivative to compare with.
    if (Math.abs(above - here - (here - below)) / step > tolerance) continue;
    held += 1;
    expect(
      Math.abs(gradient[i]! - difference),
      `coordinate ${i}: ${gradient[i]} against ${difference}`,
    ).toBeLessThan(tolerance);
  }
  expect(held, 'coordinates without a kink').toBeGreaterThan(probed / 2);
}
