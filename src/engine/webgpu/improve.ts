import type { Tf } from '../../core/ops.js';
import { replaceKernels } from '../replace-kernels.js';
import type { WebgpuBackend } from './backend.js';
import { ownKernels } from './kernels/index.js';
import { recordCheaply } from './recording.js';

/** Makes of tfjs's backend of this name, which is active and fresh, what trains with less of the host's time. */
export function improve(tf: Tf, name: string): void {
  const backend = tf.backend() as unknown as WebgpuBackend;
  recordCheaply(tf, backend);
  replaceKernels(tf, ownKernels(tf, name, backend));
}
