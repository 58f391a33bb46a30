import * as tf from '@tensorflow/tfjs';
import type { OrtBackend } from './backend.js';

/**
 * Computes the previous step when the next one begins. A loop that never reads its losses would otherwise record step
 * upon step into one ever larger graph. The sign of a new step is that gradients are asked for a variable whose own
 * update is pending, with no tape open. tfjs tells a backend nothing about gradients, so its entry to them is wrapped.
 *
 * @returns a function that takes the wrapper away.
 */
export function flushAtStepBoundaries(backend: OrtBackend): () => void {
  const engine = tf.engine();
  const original = engine.gradients.bind(engine);
  engine.gradients = (f, xs, dy, allowNoGradients) => {
    if (engine.state.gradientDepth === 0 && xs.some((x) => x instanceof tf.Variable && backend.isPending(x)))
      backend.flush();
    return original(f, xs, dy, allowNoGradients);
  };
  return () => Reflect.deleteProperty(engine, 'gradients');
}
