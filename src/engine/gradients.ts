import type { GradConfig, NamedAttrMap, Tensor } from '@tensorflow/tfjs';
import type { Tf } from '../core/ops.js';

/**
 * Gradients that tfjs 4.22 lacks, gets wrong or makes slow, composed of plain ops, so that they serve every engine and
 * can be differentiated again. They replace tfjs's own for as long as the process lives.
 */
export function installGradients(tf: Tf): void {
  for (const config of gradientsOf(tf)) {
    if ((tf.getGradient(config.kernelName) as object | undefined) !== undefined)
      tf.unregisterGradient(config.kernelName);
    tf.registerGradient(config);
  }
}

function gradientsOf(tf: Tf): GradConfig[] {
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
    {
      // tfjs selects with Greater, which has no gradient: a second derivative throws. Step has one (zero).
      kernelName: 'LeakyRelu',
      inputsToSave: ['x'],
      gradFunc: (dy, [x], attrs) => ({
        x: () => tf.mul(dy as Tensor, tf.step(x!, attrs['alpha'] as number)),
      }),
    },
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
    {
      // Bilinear in x and dy, so its derivatives are the two other convolutions.
      kernelName: 'Conv2DBackpropFilter',
      inputsToSave: ['x', 'dy'],
      gradFunc: (ddw, [x, dy], { strides, pad, dimRoundingMode }) => {
        const run = (kernel: string, inputs: Record<string, Tensor>, more: NamedAttrMap) =>
          tf.engine().runKernel<Tensor>(kernel, inputs, {
            strides: strides!,
            pad: pad!,
            dataFormat: 'NHWC',
            ...(dimRoundingMode === undefined ? {} : { dimRoundingMode }),
            ...more,
          });
        return {
          x: () => run('Conv2DBackpropInput', { dy: dy!, filter: ddw as Tensor }, { inputShape: x!.shape }),
          dy: () => run('Conv2D', { x: x!, filter: ddw as Tensor }, { dilations: 1 }),
        };
      },
    },
  ];
}

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
