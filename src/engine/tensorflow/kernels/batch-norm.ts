import type { KernelConfig, Tensor, TensorInfo } from '@tensorflow/tfjs';
import type { Tf } from '../../../core/ops.js';
import { BATCH_NORM, BATCH_NORM_GRADIENT } from '../../normalise.js';
import { executeOp, floats, type OpAttr, type TensorflowBackend } from '../backend.js';

/** TensorFlow's own batch normalisation of NHWC images in training, and its gradient. */
export function batchNormKernels(tf: Tf, backendName: string): KernelConfig[] {
  return [
    {
      kernelName: BATCH_NORM,
      backendName,
      kernelFunc({ inputs, attrs, backend }) {
        const { x, gamma, beta } = inputs as Record<'x' | 'gamma' | 'beta', TensorInfo>;
        const tensorflow = backend as TensorflowBackend;
        // The running moments that it could update: none.
        const none = tf.tensor1d([], 'float32');
        const [y, mean, unbiased, ...saved] = executeOp(
          tensorflow,
          'FusedBatchNormV3',
          [x, gamma, beta, none, none],
          6,
          [
            ...attributes(tensorflow, attrs?.['epsilon'] as number),
            { name: 'exponential_avg_factor', type: tensorflow.binding.TF_ATTR_FLOAT, value: 1 },
          ],
        ) as [Tensor, Tensor, Tensor, ...Tensor[]];
        const count = x.shape.slice(0, -1).reduce((product, size) => product * size, 1);
        const variance = tf.mul(unbiased, Math.max(1, count - 1) / count);
        tf.dispose([none, unbiased]);
        return [y, mean, variance, ...saved];
      },
    },
    {
      kernelName: BATCH_NORM_GRADIENT,
      backendName,
      kernelFunc({ inputs, attrs, backend }) {
        const { dy, x, gamma, saved0, saved1, saved2 } = inputs as Record<string, TensorInfo>;
        const tensorflow = backend as TensorflowBackend;
        const [dx, dgamma, dbeta, ...unused] = executeOp(
          tensorflow,
          'FusedBatchNormGradV3',
          [dy!, x!, gamma!, saved0!, saved1!, saved2!],
          5,
          attributes(tensorflow, attrs?.['epsilon'] as number),
        );
        tf.dispose(unused);
        return [dx!, dgamma!, dbeta!];
      },
    },
  ];
}

function attributes({ binding }: TensorflowBackend, epsilon: number): OpAttr[] {
  return [
    floats(binding, 'T'),
    floats(binding, 'U'),
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
}
