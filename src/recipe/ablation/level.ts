import type { Node } from '../read/node.js';
import type { Origin } from '../read/source.js';

/** One value put at one path. */
export interface Change {
  readonly path: string;
  /** Where the path was written. */
  readonly at: Origin;
  readonly value: Node;
}

/** One value of an axis, or one of its variants. */
export interface Level {
  readonly name: string;
  readonly changes: readonly Change[];
}
