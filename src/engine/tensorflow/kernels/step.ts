import type { KernelConfig, TensorInfo } from '@tensorflow/tfjs';
import type { Tf } from '../../../core/ops.js';
import { executeOp, floats, type TensorflowBackend } from '../backend.js';

/**
 * 1 where x > 0, else alpha: the slope of relu and leaky relu. TensorFlow's gradient of leaky relu is one pass; tfjs-node
 * fills two tensors and selects twice, to give NaN for NaN. Here that is alpha: the forward pass has handed the NaN on.
 */
export function stepKernel(tf: Tf, backendName: string): KernelConfig {
  return {
    kernelName: 'Step',
    backendName,
    kernelFunc({ inputs, attrs, backend }) {
      const { x } = inputs as { x: TensorInfo };
      const tensorflow = backend as TensorflowBackend;
      const ones = tf.fill(x.shape, 1);
      const [y] = executeOp(tensorflow, 'LeakyReluGrad', [ones, x], 1, [
        floats(tensorflow.binding, 'T'),
        { name: 'alpha', type: tensorflow.binding.TF_ATTR_FLOAT, value: (attrs as { alpha: number }).alpha },
      ]);
      ones.dispose();
      return y!;
    },
  };
}
