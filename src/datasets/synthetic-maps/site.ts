import type { Random } from '../../core/random.js';
import type { Layout, Rect } from './layout.js';

/** What a block is drawn with. */
export interface Site {
  readonly layout: Layout;
  readonly random: Random;
  /** false where water, its bank or a motorway is: nothing is built there. */
  readonly isDry: (rect: Rect) => boolean;
}
