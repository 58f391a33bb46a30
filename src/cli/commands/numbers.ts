import { InvalidArgumentError } from 'commander';

/** An argument that counts something. */
export function whole(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && text.trim() !== '') return value;
  throw new InvalidArgumentError('It is a whole number from 0.');
}

/** The same from 1. */
export function positive(text: string): number {
  const value = whole(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('It is a whole number from 1.');
}

/** One of passes over the data, fractions included. */
export function passes(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 1) return value;
  throw new InvalidArgumentError('It is a number from 1.');
}

/** An argument that says how many at once; undefined where that is left open. */
export function jobs(text: string): number | undefined {
  if (text === 'auto') return undefined;
  const value = whole(text);
  if (value > 0) return value;
  throw new InvalidArgumentError('It is `auto`, or a whole number from 1.');
}
