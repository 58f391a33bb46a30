import type { KernelConfig } from '@tensorflow/tfjs';
import type { Tf } from '../core/ops.js';

/** Registers kernels, in place of those of the same name that their backends may have: tfjs keeps the first. */
export function replaceKernels(tf: Tf, kernels: readonly KernelConfig[]): void {
  for (const kernel of kernels) {
    const { kernelName, backendName } = kernel;
    if (tf.getKernel(kernelName, backendName) as object | undefined)
      tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel(kernel);
  }
}
