import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../../core/ops.js';

/** Gradients of one kind of kernels. */
export type Gradients = (tf: Tf) => GradConfig[];

/** Runs a kernel that tfjs has no function for. */
export function runKernel(tf: Tf, name: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap): Tensor {
  return tf.engine().runKernel<Tensor>(name, inputs, attrs);
}

/** Zeros that a lazy engine never fills: tf.zeros is an array from the host. */
export function zeros(tf: Tf, { shape }: Tensor): Tensor {
  return tf.fill(shape, 0);
}

/** A gradient summed over the axes along which its operand was broadcast. */
export function unbroadcast(tf: Tf, gradient: Tensor, operand: Tensor): Tensor {
  const axes = tf.backend_util.getReductionAxes(operand.shape, gradient.shape);
  return tf.reshape(axes.length > 0 ? tf.sum(gradient, axes) : gradient, operand.shape);
}
