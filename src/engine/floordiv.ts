import type { KernelFunc, NamedTensorMap } from '@tensorflow/tfjs';
import type { Tf } from '../core/ops.js';
import { replaceKernels } from './replace-kernels.js';

/**
 * Replaces FloorDiv (tf.div of integers uses it too) of a backend whose division may be off by 2.5 units in the last
 * place, as WGSL allows (https://www.w3.org/TR/WGSL/#floating-point-accuracy). Where a / b is whole, the floor of such a
 * quotient may be 1 too small, and so may `a % b`, which WGSL derives from it. Quotients below 2^21 still round to the
 * nearest whole number or, halfway, to either neighbour: the sign of the remainder tells whether that is above a / b.
 */
export function fixFloorDiv(tf: Tf, backendName: string): void {
  const kernelFunc: KernelFunc = ({ inputs }) =>
    tf.tidy(() => {
      const { a: dividend, b: divisor } = inputs as NamedTensorMap;
      const [a, b] = [tf.cast(dividend!, 'float32'), tf.cast(divisor!, 'float32')];
      const nearest = tf.round(tf.div(a, b));
      const remainder = tf.sub(a, tf.mul(nearest, b));
      const isAbove = tf.less(tf.mul(remainder, tf.sign(b)), 0);
      return tf.cast(tf.sub(nearest, tf.cast(isAbove, 'float32')), 'int32');
    });
  replaceKernels(tf, [{ kernelName: 'FloorDiv', backendName, kernelFunc }]);
}
