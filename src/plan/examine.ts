import type { Examine } from '../recipe/index.js';
import { planEach } from './phases.js';
import { warningsOf } from './warnings/index.js';

/** The mistakes that planning finds in the valid parts of a recipe, and the warnings about it. */
export const examine: Examine = (partial, registry) => {
  const { planned, problems } = planEach(partial, registry);
  return [...problems, ...warningsOf(planned, partial, registry)];
};
