import prettyBytes from 'pretty-bytes';
import prettyMs from 'pretty-ms';
import type { Plan } from '../plan/index.js';
import type { Duration } from '../runs/duration/index.js';

const span = (ms: number): string => prettyMs(ms, { unitCount: 2, secondsDecimalDigits: 0 });

/** `3 checkpoints of 653 MB: 1.96 GB`. */
export function diskText({ cost }: Pick<Plan, 'cost'>, checkpoints: number): string {
  const one = prettyBytes(cost.checkpointBytes);
  if (checkpoints === 1) return `a checkpoint of ${one}`;
  return `${checkpoints} checkpoints of ${one}: ${prettyBytes(checkpoints * cost.checkpointBytes)}`;
}

/** How long steps will take, when they will end, and what the estimate is made from. */
export function durationText({ seconds, known }: Duration, steps: number, now = new Date()): string {
  const each = steps === 0 ? '' : `, ${prettyMs((seconds / steps) * 1000)} a step`;
  const end = new Date(now.getTime() + seconds * 1000);
  return `about ${span(seconds * 1000)} (until ${momentText(end, now)})${each}, ${basis(known, now)}`;
}

function basis(known: Duration['known'], now: Date): string {
  if (!known) return 'a first guess from a single convolution';
  const age = now.getTime() - known.time;
  return age < 60_000 ? 'as just measured' : `as measured ${span(age)} ago`;
}

/** The time of day, with the date if it is another day. */
function momentText(at: Date, now: Date): string {
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === now.toDateString()) return time;
  return `${at.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })} ${time}`;
}
