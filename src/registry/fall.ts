import { Type } from 'typebox';
import { DURATION_PATTERN, durationInSteps, parseDuration } from '../core/duration.js';
import type { ScheduleContext } from './schedule.js';

/** Key of schedules that hold a value before they let it fall. */
export const fromParam = () =>
  Type.Optional(
    Type.String({
      title: 'duration',
      pattern: DURATION_PATTERN,
      description: 'When the fall begins; default: at once.',
      examples: ['100 epochs'],
    }),
  );

/** A duration's text in steps; 0 where there is none. */
export function stepsIn(text: string | undefined, { stepsPerEpoch }: ScheduleContext): number {
  const duration = text === undefined ? undefined : parseDuration(text);
  return duration ? durationInSteps(duration, stepsPerEpoch) : 0;
}

/** How much of the way from `from` to one step past the run's end is gone in a step: 0 to below 1, so that the last step still moves. */
export function fallFrom(from: string | undefined, run: ScheduleContext): (step: number) => number {
  const start = stepsIn(from, run);
  return (step) => (step <= start ? 0 : Math.min(1, (step - start) / (run.steps + 1 - start)));
}
