import type { GradConfig, NamedAttrMap, Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Tf } from '../../core/ops.js';
import { BLENDINGS, blendMatrix, RESIZE_TRANSPOSED, type ResizeModes } from '../blend.js';
import { type Gradients, runKernel } from './config.js';

type Resize = keyof typeof RESIZE_TRANSPOSED;

export const resizingGradients: Gradients = (tf) =>
  (Object.keys(RESIZE_TRANSPOSED) as Resize[]).flatMap((kernelName): GradConfig[] => [
    {
      kernelName,
      inputsToSave: ['images'],
      gradFunc: (dy, [images], attrs) => ({
        images: () => transposed(tf, kernelName, dy as Tensor4D, images as Tensor4D, modesOf(attrs)),
      }),
    },
    {
      kernelName: RESIZE_TRANSPOSED[kernelName],
      inputsToSave: ['dy'],
      gradFunc: (ddx, [dy], attrs) => ({
        dy: () => {
          const [, height, width] = (dy as Tensor4D).shape;
          const more = { size: [height, width], ...modesOf(attrs) };
          return runKernel(tf, kernelName, { images: ddx as Tensor }, more);
        },
      }),
    },
  ]);

function modesOf({ alignCorners, halfPixelCenters }: NamedAttrMap): ResizeModes {
  return { alignCorners: Boolean(alignCorners), halfPixelCenters: Boolean(halfPixelCenters) };
}

function transposed(tf: Tf, kernel: Resize, dy: Tensor4D, images: Tensor4D, modes: ResizeModes): Tensor {
  const fused = RESIZE_TRANSPOSED[kernel];
  if ((tf.getKernel(fused, tf.getBackend()) as object | undefined) !== undefined)
    return runKernel(tf, fused, { dy }, { inputShape: images.shape, ...modes });
  const [, height, width] = images.shape;
  return alongAxis(tf, alongAxis(tf, dy, 1, height, kernel, modes), 2, width, kernel, modes);
}

/** One axis of x, from its large size back to `size`, as a product with the blend's transposed matrix. */
function alongAxis(tf: Tf, x: Tensor, axis: 1 | 2, size: number, kernel: Resize, modes: ResizeModes): Tensor {
  const large = x.shape[axis]!;
  const blend = BLENDINGS[kernel](size, large, modes);
  const matrix = tf.tensor2d(blendMatrix(blend, size, false), [large, size]);
  const perm = axis === 1 ? [0, 2, 3, 1] : [0, 1, 3, 2];
  const rows = tf.transpose(x, perm);
  const product = tf.matMul(tf.reshape(rows, [-1, large]), matrix);
  const back = axis === 1 ? [0, 3, 1, 2] : [0, 1, 3, 2];
  return tf.transpose(tf.reshape(product, [...rows.shape.slice(0, 3), size]), back);
}
