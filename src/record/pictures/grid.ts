import type { Cell } from '../../core/image.js';

/** Pictures in rows and columns. */
export interface Grid {
  /** Captions, of one or a few lines. */
  readonly columns: readonly string[];
  /** One per example; `images` in the order of the columns. */
  readonly rows: readonly { readonly label?: string; readonly images: readonly Cell[] }[];
  readonly title?: string;
  /** Pixels that small images are enlarged to, at most; default: what suits a few rows. */
  readonly cell?: number;
}
