import type { Layout, Sight } from './look.js';

/** Everything that a new recipe is made of. */
export interface Answers {
  readonly name: string;
  readonly layout: Layout;
  /** Relative to the recipe's file. */
  readonly path: string;
  /** Source and target; unused for `images`. */
  readonly from: readonly [string, string];
  readonly size: number;
  readonly batch: number;
  readonly epochs: number;
  readonly hasVal: boolean;
}

/** Sides, in pixels, that the templates' networks take. */
export const SIZES = [64, 128, 256] as const;

/** The largest size that needs no upscaling. */
export function proposeSize(sight: Pick<Sight, 'height' | 'width'> | undefined): number {
  if (!sight) return 256;
  const side = Math.min(sight.height, sight.width);
  return SIZES.findLast((size) => size <= side) ?? SIZES[0];
}

/** Batches of one pair, as in the papers; generation from noise needs larger batches for variety. */
export function proposeBatch(layout: Layout, size: number): number {
  if (layout !== 'images') return 1;
  return size <= 64 ? 64 : 16;
}
