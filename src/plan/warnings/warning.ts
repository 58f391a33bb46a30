import type { Span } from '../../core/call.js';
import type { Registry } from '../../registry/index.js';
import type { Section } from '../../recipe/index.js';
import type { Message } from '../../recipe/messages/codes/index.js';
import type { PlanParts } from '../plan.js';

/** A place where a recipe is valid and probably not what its author wants. */
export interface Finding {
  readonly message: Message;
  /** Of the part of the recipe that it is about. */
  readonly path: readonly (string | number)[];
  /** Of the call in the text at that path. */
  readonly span?: Span;
}

/** A kind of warning: what can be planned and trains badly. */
export interface Warning {
  /** true where it is reported only if it is found in every phase. */
  readonly inAllPhases?: true;
  /** Sections of the recipe that it depends on: it is not looked for where one of them has errors. */
  readonly dependsOn?: readonly Section[];
  /** @param plan of what is valid in the recipe. */
  find(plan: PlanParts, registry: Registry): Iterable<Finding>;
}
