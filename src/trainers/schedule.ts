import type { ScheduleConfig } from '../recipe/recipe.js';
import type { Registry, ScheduleContext } from '../registry/index.js';

/** Factor of a schedule in a step; 1 where there is none. */
export function scheduleFactor(
  config: ScheduleConfig | undefined,
  registry: Registry,
  run: ScheduleContext,
  step: number,
): number {
  if (!config) return 1;
  const { type, ...params } = config;
  return registry.get('schedule', type).build(params, run)(step);
}
