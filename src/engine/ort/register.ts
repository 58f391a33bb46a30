import * as tf from '@tensorflow/tfjs';
import type { OrtBackend } from './backend.js';
import { kernels } from './kernels/index.js';
import type { Kernel } from './kernels/kernel.js';
import type { Node } from './node.js';

/** Registers every kernel under the backend's name, and a refusal for those that only tfjs's cpu backend has. */
export function registerKernels(name: string, backend: OrtBackend): void {
  for (const { name: kernelName, record } of kernels) {
    tf.registerKernel({ kernelName, backendName: name, kernelFunc: kernelFunc(backend, record) });
  }
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (kernels.some((kernel) => kernel.name === kernelName)) continue;
    tf.registerKernel({
      kernelName,
      backendName: name,
      kernelFunc() {
        throw new Error(
          `Engine '${name}' does not implement tfjs's ${kernelName}. Compose it of other ops, or use engine 'cpu'.`,
        );
      },
    });
  }
}

export function unregisterKernels(name: string): void {
  for (const { kernelName } of tf.getKernelsForBackend(name)) tf.unregisterKernel(kernelName, name);
}

function kernelFunc(backend: OrtBackend, record: Kernel['record']): tf.KernelFunc {
  return ({ inputs, attrs }) => {
    const start = performance.now();
    const nodes: Record<string, Node> = {};
    for (const key in inputs) {
      const input = inputs[key];
      if (input) nodes[key] = backend.nodeOf(input);
    }
    const result = record(nodes, attrs ?? {});
    const infos = Array.isArray(result) ? result.map((node) => backend.expose(node)) : backend.expose(result);
    backend.stats.recordMs += performance.now() - start;
    return infos;
  };
}
