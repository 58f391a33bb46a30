import { durationInSteps, parseDuration } from './duration.js';

/** Whether something that happens `every` so often is due after a step: steps are counted from 1. */
export function isDue(every: string, step: number, stepsPerEpoch: number): boolean {
  return step % stepsOf(every, stepsPerEpoch) === 0;
}

/** A duration's text in steps. @throws where the text is none; recipes are checked before. */
export function stepsOf(duration: string, stepsPerEpoch: number): number {
  const parsed = parseDuration(duration);
  if (!parsed) throw new Error(`"${duration}" is not a duration.`);
  return durationInSteps(parsed, stepsPerEpoch);
}
