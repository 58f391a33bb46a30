import { paint } from '../core/node/paint.js';
import wrapAnsi from 'wrap-ansi';
import type { HealthEvent } from '../core/events.js';

const INDENT = '  ';

/** A finding with its evidence and its remedy, as a terminal shows it. */
export function formatHealth(
  { step, level, check, text, evidence, remedy }: HealthEvent,
  width = process.stderr.columns,
): string {
  const colour = level === 'error' ? paint.red : paint.yellow;
  const wrapped = (line: string): string =>
    wrapAnsi(line, Math.max(40, Math.min(width || 120, 120) - INDENT.length))
      .split('\n')
      .map((part) => `${INDENT}${part}`)
      .join('\n');
  return [
    `${colour(level === 'error' ? 'error' : 'health')} ${paint.dim(`step ${step}, ${check}:`)} ${text}`,
    paint.dim(wrapped(evidence)),
    wrapped(remedy),
  ].join('\n');
}
