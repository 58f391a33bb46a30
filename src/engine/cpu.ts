import { plainRepeater } from '../core/repeat.js';
import type { EngineDefinition } from './definition.js';

/** tfjs's plain JavaScript kernels: slow, complete, and the reference that other engines are tested against. */
export const cpu: EngineDefinition = {
  name: 'cpu',
  summary: 'tfjs in plain JavaScript: runs anywhere, hundreds of times slower than ort',
  probe: () => Promise.resolve({ available: true }),
  async open() {
    const [tf, { createOps }, { installGradients }] = await Promise.all([
      import('@tensorflow/tfjs'),
      import('./ops.js'),
      import('./gradients.js'),
    ]);
    installGradients(tf);
    silenceAdvert(tf.findBackend('cpu'));
    await tf.setBackend('cpu');
    return {
      name: 'cpu',
      tf,
      ops: createOps(tf),
      repeater: () => plainRepeater(tf),
      describe: () => ({
        name: 'cpu',
        version: tf.version['tfjs-core'],
        threads: 1,
        device: 'CPU (JavaScript)',
        features: {},
      }),
      stats: () => ({
        compiles: 0,
        flushes: 0,
        nodes: 0,
        recordMs: 0,
        compileMs: 0,
        feedMs: 0,
        runMs: 0,
        hostMs: 0,
        bytesHeld: tf.memory().numBytes,
      }),
      flush: () => undefined,
      // The backend is tfjs's own, registered when tfjs loads; taking it away would leave tfjs without any.
      close: () => undefined,
    };
  },
};

/** On its first tensor the cpu backend advertises tfjs-node, unless it believes to have been used already. */
function silenceAdvert(backend: object): void {
  (backend as { firstUse?: boolean }).firstUse = false;
}
