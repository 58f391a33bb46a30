import type { Span } from '../../core/call.js';
import type { Registry } from '../../registry/index.js';
import type { Section } from '../../recipe/index.js';
import type { Message } from '../../recipe/messages/codes/index.js';
import type { PlanParts } from '../plan.js';

/** Something sound that hardly anybody wants, in the words of who wrote the recipe. */
export interface Doubt {
  readonly said: Message;
  /** What of the recipe it is about. */
  readonly path: readonly (string | number)[];
  /** Of the call that stands there. */
  readonly span?: Span;
}

/** A warning: what plans well and trains badly. */
export interface Warning {
  /** true where a doubt is one only if every phase gives rise to it. */
  readonly inAllPhases?: true;
  /** What a slip must not be in for the doubt to be one: it is about what is nowhere, or about what comes of several parts. */
  readonly restsOn?: readonly Section[];
  /** @param plan of all that is sound. */
  find(plan: PlanParts, registry: Registry): Iterable<Doubt>;
}
