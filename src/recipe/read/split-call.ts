import { isPair, isScalar, type Range } from 'yaml';

export interface SplitCall {
  /** Positions of the items that are its parts. */
  readonly first: number;
  readonly last: number;
  /** The whole call in the text. */
  readonly start: number;
  readonly end: number;
}

/** Opened minus closed parentheses of a plain scalar. */
function balance(value: unknown): number {
  if (!isScalar(value) || value.type !== 'PLAIN' || value.source === undefined) return 0;
  return value.source.split('(').length - value.source.split(')').length;
}

const rangeOf = (value: unknown): Range | undefined =>
  isScalar(value) ? (value.range ?? undefined) : undefined;

/**
 * Finds a call that YAML has split at its comma: in `{ real: D(source, target) }` the value is `D(source`, and
 * `target)` a key without a value.
 */
export function splitCall(items: readonly unknown[]): SplitCall | undefined {
  for (const [first, item] of items.entries()) {
    const opening = isPair(item) ? item.value : item;
    let open = balance(opening);
    if (open <= 0) continue;
    for (let last = first + 1; last < items.length; last++) {
      const next = items[last];
      const closing = isPair(next) ? next.key : next;
      open += balance(closing);
      const [start, end] = [rangeOf(opening)?.[0], rangeOf(closing)?.[1]];
      if (open <= 0 && start !== undefined && end !== undefined) {
        return { first, last, start, end };
      }
    }
  }
  return undefined;
}
