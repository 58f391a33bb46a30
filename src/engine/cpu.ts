import type { EngineDefinition } from './definition.js';
import { eager } from './eager.js';

/** tfjs's plain JavaScript kernels: slow, complete, and the reference that other engines are tested against. */
export const cpu: EngineDefinition = {
  name: 'cpu',
  summary: 'tfjs in plain JavaScript: runs anywhere, hundreds of times slower than ort',
  devices: ['cpu'],
  async kernels() {
    const tf = await import('@tensorflow/tfjs');
    return tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);
  },
  probe: () => Promise.resolve({ available: true }),
  async open() {
    const [tf, { createOps }, { installGradients }] = await Promise.all([
      import('@tensorflow/tfjs'),
      import('./ops.js'),
      import('./gradients.js'),
    ]);
    installGradients(tf);
    muteBanner(tf.findBackend('cpu'));
    await tf.setBackend('cpu');
    return {
      name: 'cpu',
      tf,
      ops: createOps(tf),
      ...eager(tf),
      describe: () => ({
        name: 'cpu',
        version: tf.version['tfjs-core'],
        threads: 1,
        device: 'CPU (JavaScript)',
        features: {},
      }),
      // tfjs registers this backend when it loads: removed, tfjs would have none.
      close: () => undefined,
    };
  },
};

/** On its first tensor the cpu backend prints a banner for tfjs-node; it does not where `firstUse` is false. */
function muteBanner(backend: object): void {
  (backend as { firstUse?: boolean }).firstUse = false;
}
