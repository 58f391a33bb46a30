import type { ScheduleConfig } from '../recipe/index.js';
import type { Registry, ScheduleContext } from '../registry/index.js';

/** What schedules count by: the steps of the run, and those of its phase. */
export interface RunClock extends ScheduleContext {
  readonly phase?: {
    /** Steps of the run before the phase, and at its end. */
    readonly from: number;
    readonly to: number;
    /** Paths of the schedules that count from the phase's start. */
    readonly restarted: ReadonlySet<string>;
  };
}

/** Factor of a schedule in a step; 1 where there is none. @param path of what it is a schedule of. */
export function scheduleFactor(
  config: ScheduleConfig | undefined,
  registry: Registry,
  run: RunClock,
  step: number,
  path: string,
): number {
  if (!config) return 1;
  const { type, ...params } = config;
  const definition = registry.get('schedule', type);
  const { phase, stepsPerEpoch } = run;
  if (!phase?.restarted.has(`${path}.schedule`)) return definition.build(params, run)(step);
  return definition.build(params, { steps: phase.to - phase.from, stepsPerEpoch })(step - phase.from);
}
