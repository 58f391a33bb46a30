/** How long or how often: `200 epochs`, `500 steps`. A step is one batch. */
export interface Duration {
  readonly count: number;
  readonly unit: 'epochs' | 'steps';
}

/** JSON Schema pattern of a duration's text. */
export const DURATION_PATTERN = '^[1-9][0-9]*(\\.[0-9]+)? (epochs?|steps?)$';

/** @returns undefined where the text is no duration. */
export function parseDuration(text: string): Duration | undefined {
  if (!new RegExp(DURATION_PATTERN).test(text)) return undefined;
  const [count = '', unit = ''] = text.split(' ');
  const duration: Duration = { count: Number(count), unit: unit.startsWith('epoch') ? 'epochs' : 'steps' };
  return duration.unit === 'steps' && !Number.isInteger(duration.count) ? undefined : duration;
}

/** The duration in steps, at least 1. */
export function durationInSteps(duration: Duration, stepsPerEpoch: number): number {
  const steps = duration.unit === 'steps' ? duration.count : duration.count * stepsPerEpoch;
  return Math.max(1, Math.round(steps));
}
