import pc from 'picocolors';
import prettyMs from 'pretty-ms';
import type { Change } from '../../core/events.js';
import { formatNumber } from '../../record/report/charts.js';
import type { RunStatus } from '../../record/report/digest.js';

const COLOUR: Readonly<Record<RunStatus, (text: string) => string>> = {
  running: pc.cyan,
  finished: pc.green,
  failed: pc.red,
  killed: pc.yellow,
};

export const formatStatus = (status: RunStatus): string => COLOUR[status](status);

export const formatTime = (ms: number): string =>
  prettyMs(ms, { unitCount: 2, secondsDecimalDigits: 0, compact: ms < 1000 });

export const formatSteps = (step: number, steps: number | undefined): string =>
  steps === undefined || steps === step ? String(step) : `${step}/${steps}`;

export const formatValue = (value: number | undefined): string =>
  value === undefined ? '' : formatNumber(value);

/** `game.updates.G.losses.l1.weight 100 -> 10`, without what the ends of paths already say. */
export function formatChanges(changes: Readonly<Record<string, Change>>, most: number): string {
  const all = Object.entries(changes).map(
    ([path, { before, after }]) =>
      `${shortened(path)} ${before === undefined ? 'new: ' : `${before} -> `}${after ?? 'none'}`,
  );
  const rest = all.length - most;
  return all.slice(0, most).join(', ') + (rest > 0 ? `, ${rest} more` : '');
}

/** The last two words of a path say what it is. */
const shortened = (path: string): string => path.split('.').slice(-2).join('.');
