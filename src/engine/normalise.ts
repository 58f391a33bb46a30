import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import type { Ops, Tf } from '../core/ops.js';

/**
 * tfjs kernel that a backend registers when it has a fused batch normalisation over all axes but the last:
 * {x, gamma, beta} -> [y, mean, variance, ...whatever its gradient wants], attribute `epsilon`; mean and variance
 * are `[channels]`.
 */
export const BATCH_NORM = 'BatchNormTraining';
/** Its gradient: {dy, x, gamma, saved0, saved1, ...} -> [dx, dgamma, dbeta], attribute `epsilon`. */
export const BATCH_NORM_GRADIENT = 'BatchNormTrainingGradient';

/**
 * Normalisation with its gradient written out: three passes over x instead of the dozen that tfjs's gradients of
 * mean, variance and batchNorm make, and differentiable again (a gradient penalty through a normalised critic).
 *
 * With r = 1 / sqrt(variance + epsilon), c = x - mean, u = dy * gamma and E the mean over `axes`:
 * dx = r (u - E[u] - c r^2 E[u c]), dgamma = sum(dy c r), dbeta = sum(dy).
 */
export function normalise(
  tf: Tf,
  x: Tensor4D,
  axes: readonly number[],
  epsilon: number,
  gamma?: Tensor1D,
  beta?: Tensor1D,
): ReturnType<Ops['normalise']> {
  const reduced = [...axes];
  const channels = x.shape[3];
  const fused = isBatch(x, axes) && hasKernel(tf, BATCH_NORM);
  const statistics: Tensor[] = [];
  const keepStatistics = (mean: Tensor, variance: Tensor) =>
    void statistics.push(tf.keep(mean), tf.keep(variance));
  const affine = [gamma, beta].filter((tensor) => tensor !== undefined);
  const scaled = gamma !== undefined;
  const moments = (input: Tensor) => {
    const mean = tf.mean(input, reduced, true);
    const centred = tf.sub(input, mean);
    const variance = tf.mean(tf.square(centred), reduced, true);
    return { mean, centred, variance, rstd: tf.rsqrt(tf.add(variance, epsilon)) };
  };
  /** Sums all but the channels of a tensor shaped as x, or as the statistics where those are per channel. */
  const perChannel = (tensor: Tensor) => tf.reshape(tf.sum(tensor, [0, 1, 2]), [channels]);
  /** The gradients by the inputs that there are, of those by x, gamma and beta. */
  const wanted = (dx: Tensor, dgamma: () => Tensor, dbeta: () => Tensor) => [
    dx,
    ...(scaled ? [dgamma()] : []),
    ...(beta ? [dbeta()] : []),
  ];

  // Only inputs are read, and the moments taken again: what was computed in the forward pass is not on the tape, and a
  // second derivative through it would be lost. A lazy engine merges the repeated expressions.
  const composedGradients = (dy: Tensor, input: Tensor, scale?: Tensor) => {
    const { centred: c, rstd: r } = moments(input);
    const channelwise = !reduced.includes(3);
    const dyc = tf.mul(dy, c);
    const u = scale && !channelwise ? tf.mul(dy, scale) : dy;
    const dx =
      scale && !channelwise
        ? inputGradient(u, tf.mul(u, c), r, c)
        : inputGradient(dy, dyc, scale ? tf.mul(r, scale) : r, c, r);
    // r is constant over `axes` where channels are not among them: scale the sums, not the summands.
    const dgamma = () => perChannel(channelwise ? tf.mul(tf.sum(dyc, reduced, true), r) : tf.mul(dyc, r));
    return wanted(dx, dgamma, () => perChannel(dy));
  };
  /** a (u - E[u]) - c (a r^2 E[u c]): the statistics-sized factors first, so that three full-size passes are left. */
  const inputGradient = (u: Tensor, uc: Tensor, a: Tensor, c: Tensor, r: Tensor = a): Tensor => {
    const slope = tf.mul(tf.mul(a, tf.square(r)), tf.mean(uc, reduced, true));
    const offset = tf.mul(a, tf.mean(u, reduced, true));
    return tf.sub(tf.mul(u, a), tf.add(tf.mul(c, slope), offset));
  };
  const fusedGradients = (dy: Tensor, input: Tensor, scale: Tensor | undefined, saved: readonly Tensor[]) => {
    const inputs = { dy, x: input, gamma: scale ?? tf.ones([channels]) };
    const savedInputs = Object.fromEntries(saved.map((tensor, i) => [`saved${i}`, tensor]));
    const [dx, dgamma, dbeta] = runKernel(tf, BATCH_NORM_GRADIENT, { ...inputs, ...savedInputs }, epsilon);
    return wanted(
      dx!,
      () => dgamma!,
      () => dbeta!,
    );
  };

  const apply = tf.customGrad((...args) => {
    const save = args.pop() as unknown as (tensors: Tensor[]) => void;
    const [input, ...rest] = args as [Tensor, ...Tensor[]];
    const scale = scaled ? rest[0] : undefined;
    const shift = beta === undefined ? undefined : rest.at(-1);
    let value: Tensor;
    let kernelOutputs: Tensor[] = [];
    if (fused) {
      const inputs = { x: input, gamma: scale ?? tf.ones([channels]), beta: shift ?? tf.zeros([channels]) };
      const [y, mean, variance, ...saved] = runKernel(tf, BATCH_NORM, inputs, epsilon);
      keepStatistics(tf.reshape(mean!, [1, 1, 1, channels]), tf.reshape(variance!, [1, 1, 1, channels]));
      value = y!;
      kernelOutputs = saved;
    } else {
      const { mean, centred, variance, rstd } = moments(input);
      keepStatistics(mean, variance);
      value = tf.mul(centred, scale ? tf.mul(rstd, scale) : rstd);
      if (shift) value = tf.add(value, shift);
    }
    save([input, ...(scale ? [scale] : []), ...kernelOutputs]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const [savedInput, savedScale] = [saved[0]!, scaled ? saved[1] : undefined];
      // A fused kernel's gradient cannot be differentiated.
      return fused && !isRecording(tf)
        ? fusedGradients(dy, savedInput, savedScale, saved.slice(scaled ? 2 : 1))
        : composedGradients(dy, savedInput, savedScale);
    };
    return { value, gradFunc };
  });

  const y = apply(x, ...affine) as Tensor4D;
  // tf.keep took them out of customGrad's tidy; clones belong to the caller's scope.
  const [mean, variance] = statistics.map((kept) => {
    const tensor = kept.clone();
    kept.dispose();
    return tensor as Tensor4D;
  });
  return { y, mean: mean!, variance: variance! };
}

/** Whether the axes are all but the channels; those of a single image are a batch's. */
function isBatch(x: Tensor4D, axes: readonly number[]): boolean {
  const over = [0, 1, 2].map((axis) => axes.includes(axis));
  return !axes.includes(3) && over[1]! && over[2]! && (over[0]! || x.shape[0] === 1);
}

export const hasKernel = (tf: Tf, name: string): boolean =>
  (tf.getKernel(name, tf.getBackend()) as object | undefined) !== undefined;

const runKernel = (tf: Tf, name: string, inputs: Record<string, Tensor>, epsilon: number) =>
  tf.engine().runKernel(name, inputs, { epsilon }) as unknown as Tensor[];

/** Whether what is computed now may be differentiated: then the operations must have gradients themselves. */
function isRecording(tf: Tf): boolean {
  return (tf.engine() as unknown as { state: { gradientDepth: number } }).state.gradientDepth > 0;
}
