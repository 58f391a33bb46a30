/** Zeros around an input: pixels on each side, or TensorFlow's `same`. */
export type Padding = number | 'same';

/** Side after a strided window: floor((n + 2p - k) / s) + 1, or ceil(n / s) for `same`. Below 1: does not fit. */
export function windowedSide(
  side: number,
  kernel: number,
  stride: number,
  padding: Padding,
  dilation = 1,
): number {
  if (padding === 'same') return Math.ceil(side / stride);
  return Math.floor((side + 2 * padding - (dilation * (kernel - 1) + 1)) / stride) + 1;
}

/** Side after the transposed window: (n - 1) s - 2p + k + o, o being rows more at the far end, or n s for `same`. */
export function transposedSide(
  side: number,
  kernel: number,
  stride: number,
  padding: Padding,
  outputPadding = 0,
): number {
  return padding === 'same' ? side * stride : (side - 1) * stride - 2 * padding + kernel + outputPadding;
}

/** Receptive field of a chain of windows, from the output back: r <- (r - 1) stride + kernel. */
export function receptiveField(
  windows: readonly { kernel: number; stride: number; dilation?: number }[],
): number {
  return windows.reduceRight((r, w) => (r - 1) * w.stride + (w.dilation ?? 1) * (w.kernel - 1) + 1, 1);
}
