import type { Layout, Sight } from './look.js';

/** Everything that a new recipe is made of. */
export interface Answers {
  readonly name: string;
  readonly layout: Layout;
  /** As the recipe says it: beside its file. */
  readonly path: string;
  /** What it is made from and what is made; of `images` the second is not there. */
  readonly from: readonly [string, string];
  readonly size: number;
  readonly batch: number;
  readonly epochs: number;
  readonly hasVal: boolean;
}

/** Sides that the recipes of this folder's networks take. */
export const SIZES = [64, 128, 256] as const;

/** The largest side that images of this size fill. */
export function proposeSize(sight: Pick<Sight, 'height' | 'width'> | undefined): number {
  if (!sight) return 256;
  const side = Math.min(sight.height, sight.width);
  return SIZES.findLast((size) => size <= side) ?? SIZES[0];
}

/** Pairs are learnt one at a time, as the papers do; noise to image needs a batch to tell variety by. */
export function proposeBatch(layout: Layout, size: number): number {
  if (layout !== 'images') return 1;
  return size <= 64 ? 64 : 16;
}
