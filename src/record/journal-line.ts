import type { JournalEntry, RunEvent } from '../core/events.js';

/** Numbers that JSON lacks, as MLflow writes them. */
const NOT_FINITE = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** An event as a line of the journal, newline included. */
export function formatLine(event: RunEvent, time: number): string {
  const line = JSON.stringify({ time, ...event }, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  );
  return `${line}\n`;
}

/** @returns undefined for a line that is no entry: torn by a kill, or damaged since. */
export function parseLine(line: string): JournalEntry | undefined {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch {
    return undefined;
  }
  return isEntry(entry) ? withNumbers(entry) : undefined;
}

function isEntry(value: unknown): value is JournalEntry {
  return typeof value === 'object' && value !== null && 'type' in value && 'step' in value && 'time' in value;
}

/** Texts become numbers again where numbers stand, and only there: a message may well read "NaN". */
function withNumbers(entry: JournalEntry): JournalEntry {
  if (entry.type === 'step') {
    const { losses, learningRates, epoch, ms, waitMs } = entry;
    return {
      ...entry,
      losses: numbers(losses),
      learningRates: numbers(learningRates),
      epoch: number(epoch),
      ms: number(ms),
      waitMs: number(waitMs),
    };
  }
  return entry.type === 'evaluation' || entry.type === 'system'
    ? { ...entry, metrics: numbers(entry.metrics) }
    : entry;
}

/** In place: the record was just parsed and has no other owner. */
function numbers(record: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const mutable = record as Record<string, number>;
  for (const key of Object.keys(mutable)) mutable[key] = number(mutable[key]!);
  return mutable;
}

function number(value: number | string): number {
  return typeof value === 'string' ? (NOT_FINITE.get(value) ?? NaN) : value;
}
