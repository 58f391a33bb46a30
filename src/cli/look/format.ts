import { paint } from '../../core/node/paint.js';
import prettyMs from 'pretty-ms';
import wrapAnsi from 'wrap-ansi';
import type { Change } from '../../core/events.js';
import { formatNumber } from '../../core/format-number.js';
import type { RunStatus } from '../../reports/run/index.js';

const COLOUR: Readonly<Record<RunStatus, (text: string) => string>> = {
  running: paint.cyan,
  finished: paint.green,
  failed: paint.red,
  killed: paint.yellow,
};

/** Wraps to a terminal's width. @param indent spaces before each line. @param first spaces before the first one. */
export function wrapped(text: string, width: number, indent: number, first = indent): string {
  const space = ' '.repeat(indent);
  return wrapAnsi(text, Math.max(30, width - indent))
    .split('\n')
    .map((line, i) => (i === 0 ? ' '.repeat(first) : space) + line)
    .join('\n');
}

export const formatStatus = (status: RunStatus): string => COLOUR[status](status);

export const formatTime = (ms: number): string =>
  prettyMs(ms, { unitCount: 2, secondsDecimalDigits: 0, compact: ms < 1000 });

export const formatSteps = (step: number, steps: number | undefined): string =>
  steps === undefined || steps === step ? String(step) : `${step}/${steps}`;

export const formatValue = (value: number | undefined): string =>
  value === undefined ? '' : formatNumber(value);

/** `l1.weight 100 -> 10`: paths shortened to their last two words. */
export function formatChanges(changes: Readonly<Record<string, Change>>, most: number): string {
  const lines = Object.entries(changes).map(
    ([path, { before, after }]) =>
      `${shortened(path)} ${before === undefined ? 'new: ' : `${before} -> `}${after ?? 'none'}`,
  );
  // A key of the recipe's optimizer shortens to the same text for each update.
  const all = [...new Set(lines)];
  const rest = all.length - most;
  return all.slice(0, most).join(', ') + (rest > 0 ? `, ${rest} more` : '');
}

/** The last two words of a path say what it is. */
const shortened = (path: string): string => path.split('.').slice(-2).join('.');

/** A run as a few lines, where a row of the table is too long. */
export function formatStacked(
  [run = '', status = '', steps = '', best = '', at = '', time = '', changes = '']: readonly string[],
  width: number,
): string {
  const facts = [status, `${steps} steps`, [best, at].filter((text) => text !== '').join(' '), time];
  return [
    paint.bold(run),
    wrapped(facts.filter((text) => text !== '').join('  '), width, 2),
    ...(changes === '' ? [] : [wrapped(paint.dim(changes), width, 2)]),
  ].join('\n');
}
