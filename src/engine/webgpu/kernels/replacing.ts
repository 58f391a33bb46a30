import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs';
import type { Tf } from '../../../core/ops.js';

/** tfjs's kernels: an engine that is opened again finds them replaced. */
const originals = new Map<string, KernelConfig['kernelFunc']>();

/**
 * A kernel in place of tfjs's.
 * @param replacement returns undefined where tfjs's kernel is to run.
 */
export function replacing<Inputs extends string>(
  tf: Tf,
  backendName: string,
  kernelName: string,
  replacement: (
    inputs: Readonly<Record<Inputs, TensorInfo>>,
    attrs: NamedAttrMap | undefined,
  ) => TensorInfo | undefined,
): KernelConfig {
  const original = originals.get(kernelName) ?? tf.getKernel(kernelName, backendName).kernelFunc;
  originals.set(kernelName, original);
  return {
    kernelName,
    backendName,
    kernelFunc: (call) =>
      replacement(call.inputs as Record<Inputs, TensorInfo>, call.attrs) ?? original(call),
  };
}
