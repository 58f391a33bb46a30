import type { Span } from '../../core/call.js';
import type { Registry } from '../../registry/index.js';
import type { Plan } from '../types.js';

/** Something sound that hardly anybody wants, in the words of who wrote the recipe. */
export interface Doubt {
  readonly message: string;
  readonly remedy: string;
  /** What of the recipe it is about. */
  readonly path: readonly (string | number)[];
  /** Of the call that stands there. */
  readonly span?: Span;
}

/** A warning: what plans well and trains badly. */
export interface Warning {
  readonly code: string;
  /** true where a doubt is one only if every phase gives rise to it. */
  readonly inAllPhases?: true;
  find(plan: Plan, registry: Registry): Iterable<Doubt>;
}
