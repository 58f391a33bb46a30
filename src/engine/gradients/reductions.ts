import type { Tensor } from '@tensorflow/tfjs';
import type { Gradients } from './config.js';

export const reductionGradients: Gradients = (tf) => {
  /** dy of a reduction with the reduced axes put back as 1. */
  const expandReduced = (dy: Tensor, x: Tensor, axis: unknown) => {
    const axes = tf.util.parseAxisParam(axis as number | number[], x.shape);
    const shape = x.shape.map((size, i) => (axes.includes(i) ? 1 : size));
    return { dy: tf.reshape(dy, shape), count: axes.reduce((product, i) => product * x.shape[i]!, 1) };
  };
  return [
    {
      // tfjs multiplies by tf.ones, an array as large as x filled on the host at every call.
      kernelName: 'Sum',
      inputsToSave: ['x'],
      gradFunc: (dy, [x], { axis }) => ({
        x: () => tf.mul(expandReduced(dy as Tensor, x!, axis).dy, tf.fill(x!.shape, 1)),
      }),
    },
    {
      kernelName: 'Mean',
      inputsToSave: ['x'],
      gradFunc: (dy, [x], { axis }) => ({
        x: () => {
          const expanded = expandReduced(dy as Tensor, x!, axis);
          return tf.mul(tf.div(expanded.dy, expanded.count), tf.fill(x!.shape, 1));
        },
      }),
    },
  ];
};
