import { Type } from 'typebox';
import { DURATION_PATTERN, durationInSteps, parseDuration } from '../core/duration.js';
import type { ScheduleContext } from '../registry/index.js';

/** Key of schedules that hold a value before it decays. */
export const fromParam = () =>
  Type.Optional(
    Type.String({
      title: 'duration',
      pattern: DURATION_PATTERN,
      description: 'When the fall begins; default: at once.',
      examples: ['100 epochs'],
    }),
  );

/** Steps from the schedule's start until a duration has passed, `times` over; 0 where there is none. */
export function stepsIn(text: string | undefined, run: ScheduleContext, times = 1): number {
  const duration = text === undefined ? undefined : parseDuration(text);
  if (!duration || times === 0) return 0;
  if (!run.stepsUntil) return times * durationInSteps(duration, run.stepsPerEpoch);
  return run.stepsUntil({ ...duration, count: times * duration.count });
}

/** Progress of a decay from `from` to one step past the run's end: from 0 to below 1, so that the last step still moves. */
export function decayProgress(from: string | undefined, run: ScheduleContext): (step: number) => number {
  const start = stepsIn(from, run);
  return (step) => (step <= start ? 0 : Math.min(1, (step - start) / (run.steps + 1 - start)));
}
