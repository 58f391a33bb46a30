import type { Random } from '../../core/random.js';
import type { Findings } from '../messages/findings.js';
import { entry, type MapNode, scalar, textOf, toJson } from '../read/node.js';
import type { Origin } from '../read/source.js';
import type { Level } from './level.js';

/** Values of a path that are drawn. */
export interface Range {
  readonly path: string;
  /** Where the path was written. */
  readonly at: Origin;
  /** Where the range was. */
  readonly origin: Origin;
  readonly from: number;
  readonly to: number;
  readonly scale: 'linear' | 'log';
  readonly whole: boolean;
}

/** The range of an axis that has one; its form is sound. */
export function readRange(name: string, axis: MapNode, key: Origin, findings: Findings): Range | undefined {
  const part = (of: string) => entry(axis, of)?.value;
  const [range, path] = [part('range')!, textOf(part('path'))];
  const [from, to] = toJson(range) as [number, number];
  const scale = textOf(part('scale')) === 'log' ? 'log' : 'linear';
  const whole = part('whole') !== undefined && toJson(part('whole')!) === true;
  if (path === undefined || part('values') || part('variants')) {
    findings.error('bad-axis.range', key, name);
    return undefined;
  }
  const { errors } = findings;
  if (!(from < to)) findings.error('bad-range.order', range.origin, from, to);
  else if (scale === 'log' && from <= 0) findings.error('bad-range.log', range.origin, from);
  else if (whole && Math.ceil(from) > Math.floor(to))
    findings.error('bad-range.whole', range.origin, from, to);
  if (findings.errors > errors) return undefined;
  return { path, at: part('path')!.origin, origin: range.origin, from, to, scale, whole };
}

const SIGNIFICANT_DIGITS = 3;

/** Draws one value of a range, rounded to what fits into a table. */
export function drawLevel({ path, at, origin, from, to, scale, whole }: Range, random: Random): Level {
  const share = random.uniform();
  const exact =
    scale === 'log'
      ? Math.exp(Math.log(from) + share * (Math.log(to) - Math.log(from)))
      : whole
        ? // Each whole number is as likely as another, the outermost, too.
          Math.ceil(from) - 0.5 + share * (Math.floor(to) - Math.ceil(from) + 1)
        : from + share * (to - from);
  const rounded = whole ? Math.round(exact) : Number(exact.toPrecision(SIGNIFICANT_DIGITS));
  const [min, max] = whole ? [Math.ceil(from), Math.floor(to)] : [from, to];
  const value = Math.min(max, Math.max(min, rounded));
  return { name: String(value), changes: [{ path, at, value: scalar(value, origin) }] };
}
