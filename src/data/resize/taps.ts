import type { Kernel } from '../../core/kernels.js';
import type { Span } from './spans.js';

/** Each pixel of a resized line is the weighted sum of `2 * pairs` neighbouring pixels. */
export interface Taps {
  readonly pairs: number;
  /** By pixel of the result: its first tap. The last may lie one beyond the line, with weight 0. */
  readonly firsts: Int32Array;
  /** `2 * pairs` for each pixel of the result, in units of 1 / ONE, summing to exactly ONE. */
  readonly weights: Int16Array;
}

export const ONE = 2 ** 14;

/**
 * Where a line becomes shorter the kernel is as wide as the pixels that it merges, which prevents aliasing. Beyond its
 * ends a line repeats its last pixel.
 * @param side of the line, @param count pixels of the result
 */
export function tapsOf(side: number, { start, length }: Span, count: number, { reach, at }: Kernel): Taps {
  const scale = length / count;
  const stretch = Math.max(1, scale);
  const clamp = (place: number): number => Math.min(Math.max(place, 0), side - 1);
  const rows = Array.from({ length: count }, (_, i) => {
    const middle = start + (i + 0.5) * scale - 0.5;
    const from = Math.ceil(middle - reach * stretch);
    const to = Math.floor(middle + reach * stretch);
    const first = clamp(from);
    const weights = new Float64Array(clamp(to) - first + 1);
    for (let j = from; j <= to; j++) weights[clamp(j) - first]! += at(Math.abs(j - middle) / stretch);
    return { first, weights };
  });
  const pairs = Math.ceil(Math.max(...rows.map(({ weights }) => weights.length)) / 2);
  const firsts = new Int32Array(count);
  const weights = new Int16Array(count * 2 * pairs);
  rows.forEach((row, i) => {
    firsts[i] = Math.min(row.first, Math.max(0, side - 2 * pairs));
    weights.set(toIntegers(row.weights), i * 2 * pairs + row.first - firsts[i]);
  });
  return { pairs, firsts, weights };
}

/** Rounded weights; the largest takes the rounding error, so that a flat area keeps its exact value. */
function toIntegers(weights: Float64Array): Int16Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const rounded = Int16Array.from(weights, (weight) => Math.round((weight / sum) * ONE));
  const largest = rounded.indexOf(Math.max(...rounded));
  rounded[largest]! += ONE - rounded.reduce((total, weight) => total + weight, 0);
  return rounded;
}
