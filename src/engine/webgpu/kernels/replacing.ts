import type { KernelConfig, NamedAttrMap, TensorInfo } from '@tensorflow/tfjs';
import type { Tf } from '../../../core/ops.js';

/** tfjs's kernels, which an engine that is opened again finds replaced. */
const stocks = new Map<string, KernelConfig['kernelFunc']>();

/**
 * A kernel in place of tfjs's.
 * @param own gives undefined for what it leaves to tfjs's.
 */
export function replacing<Inputs extends string>(
  tf: Tf,
  backendName: string,
  kernelName: string,
  own: (
    inputs: Readonly<Record<Inputs, TensorInfo>>,
    attrs: NamedAttrMap | undefined,
  ) => TensorInfo | undefined,
): KernelConfig {
  const stock = stocks.get(kernelName) ?? tf.getKernel(kernelName, backendName).kernelFunc;
  stocks.set(kernelName, stock);
  return {
    kernelName,
    backendName,
    kernelFunc: (call) => own(call.inputs as Record<Inputs, TensorInfo>, call.attrs) ?? stock(call),
  };
}
