import type { Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../core/ops.js';

/** Sum of squares of each example's values: `[batch, ...]` to `[batch]`. */
export function squaredNorms(tf: Tf, x: Tensor): Tensor {
  return tf.sum(
    tf.square(x),
    x.shape.slice(1).map((_, i) => i + 1),
  );
}

/** Differences of neighbouring pixels of `[batch, height, width, channels]`, downwards and to the right. */
export function differences(tf: Tf, image: Tensor): Tensor[] {
  const [batch = 1, height = 1, width = 1, channels = 1] = image.shape;
  const part = (y: number, x: number, rows: number, columns: number) =>
    tf.slice(image, [0, y, x, 0], [batch, rows, columns, channels]);
  return [
    tf.sub(part(1, 0, height - 1, width), part(0, 0, height - 1, width)),
    tf.sub(part(0, 1, height, width - 1), part(0, 0, height, width - 1)),
  ];
}
