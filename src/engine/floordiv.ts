import type { KernelFunc, NamedTensorMap } from '@tensorflow/tfjs';
import type { Tf } from '../core/ops.js';
import { replaceKernels } from './replace-kernels.js';

/**
 * Gives a backend whose division may be off by the 2.5 units in the last place that WGSL allows
 * (https://www.w3.org/TR/WGSL/#floating-point-accuracy) a floor(a / b), which tf.div of integers is too, that is right
 * where a / b is whole. The floor of such a quotient may be one too small, and so may what `a % b` leaves, which WGSL
 * derives from it. Quotients below 2^21 still round to the nearest whole number or, halfway, to either neighbour: the
 * sign of the remainder says whether that is above a / b.
 */
export function mendFloorDiv(tf: Tf, backendName: string): void {
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
