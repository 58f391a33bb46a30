import type { Sweep } from '../../sweep/index.js';

export type Published = NonNullable<Sweep['report']['published']>[number];

/** The numbers printed for a row and column, one to each metric; empty where there are none. */
export function publishedAt(set: Published, row: string, column: string | undefined): readonly string[] {
  const printed = numbersAt(set, row, column);
  const digits = digitsOf(set);
  return set.metrics.map((_, i) => printed?.[i]?.toFixed(digits[i]) ?? '');
}

function numbersAt(
  { values }: Published,
  row: string,
  column: string | undefined,
): readonly number[] | undefined {
  const found = values[row];
  if (found === undefined || Array.isArray(found)) return column === undefined ? found : undefined;
  return column === undefined ? undefined : (found as Readonly<Record<string, readonly number[]>>)[column];
}

/** Decimals of each metric: YAML reads a printed `0.20` as 0.2. */
function digitsOf({ metrics, values }: Published): readonly number[] {
  const all = Object.values(values).flatMap((each) => (Array.isArray(each) ? [each] : Object.values(each)));
  return metrics.map((_, i) =>
    Math.max(...all.map((numbers: readonly number[]) => String(numbers[i]).split('.')[1]?.length ?? 0)),
  );
}

/** The source of the numbers, and that they are not measured here. */
export const publishedNote = ({ source, data }: Published): string =>
  `${source}; another data set: ${data}. Compare the order, not the numbers.`;
