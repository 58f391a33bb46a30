import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../../core/ops.js';
import type { Gradients } from './config.js';

export const shapeGradients: Gradients = (tf) => [
  {
    // tfjs drops what flows through the mirrored margins.
    kernelName: 'MirrorPad',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => mirrorPadGradient(tf, dy as Tensor, x!.shape, attrs) }),
  },
  {
    kernelName: 'DepthToSpace',
    inputsToSave: [],
    gradFunc: (dy, _saved, attrs) => ({
      x: () => {
        const block = attrs['blockSize'] as number;
        const [n, h, w, c] = (dy as Tensor).shape as [number, number, number, number];
        const split = tf.reshape(dy as Tensor, [n, h / block, block, w / block, block, c]);
        return tf.reshape(tf.transpose(split, [0, 1, 3, 2, 4, 5]), [
          n,
          h / block,
          w / block,
          block * block * c,
        ]);
      },
    }),
  },
];

/** Folds the mirrored margins of dy back onto the rows they were copied from, one axis after the other. */
function mirrorPadGradient(tf: Tf, dy: Tensor, shape: readonly number[], attrs: NamedAttrMap): Tensor {
  const paddings = attrs['paddings'] as [number, number][];
  const skip = attrs['mode'] === 'reflect' ? 1 : 0; // 'reflect' does not repeat the border itself
  return paddings.reduce((folded, [before, after], axis) => {
    const size = shape[axis]!;
    const part = (begin: number, length: number) => {
      const begins = folded.shape.map((_, i) => (i === axis ? begin : 0));
      return tf.slice(
        folded,
        begins,
        folded.shape.map((full, i) => (i === axis ? length : full)),
      );
    };
    const placed = (margin: Tensor, at: number, length: number) =>
      tf.pad(
        tf.reverse(margin, axis),
        folded.shape.map((_, i) => (i === axis ? [at, size - at - length] : [0, 0])),
      );
    let sum = before + after === 0 ? folded : part(before, size);
    if (before > 0) sum = tf.add(sum, placed(part(0, before), skip, before));
    if (after > 0) sum = tf.add(sum, placed(part(before + size, after), size - skip - after, after));
    return sum;
  }, dy);
}
