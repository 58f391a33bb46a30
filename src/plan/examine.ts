import type { Examine } from '../recipe/index.js';
import { planEach } from './phases.js';
import { warningsOf } from './warnings/index.js';

/** What planning finds wrong with what is sound of a recipe, and what is doubtful in it: all is said at once. */
export const examine: Examine = (partial, registry) => {
  const { planned, problems } = planEach(partial, registry);
  return [...problems, ...warningsOf(planned, partial, registry)];
};
