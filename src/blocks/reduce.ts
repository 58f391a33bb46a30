import { bicubic, bilinear, type Kernel } from '../core/kernels.js';

const KERNELS = { area: { reach: 0.5, at: () => 1 }, bilinear, bicubic } satisfies Record<string, Kernel>;

/**
 * How much each pixel of a line of `side` counts in each of `side / factor`: `[side / factor, side]`, rows sum to 1.
 * Pixels are areas; the line is mirrored at its ends, its border repeated.
 */
export function reduction(side: number, factor: number, interpolation: keyof typeof KERNELS): number[][] {
  const { reach, at } = KERNELS[interpolation];
  return Array.from({ length: side / factor }, (_, i) => {
    const row = new Array<number>(side).fill(0);
    const middle = (i + 0.5) * factor;
    const from = Math.ceil(middle - reach * factor - 0.5);
    for (let j = from; j + 0.5 <= middle + reach * factor; j++) {
      const place = ((j % (2 * side)) + 2 * side) % (2 * side);
      row[place < side ? place : 2 * side - 1 - place]! += at(Math.abs(j + 0.5 - middle) / factor);
    }
    const sum = row.reduce((total, weight) => total + weight, 0);
    return row.map((weight) => weight / sum);
  });
}
