import type { Diversity } from '../../core/events.js';
import type { Cell, Image } from '../../core/image.js';
import type { Plan } from '../../plan/index.js';
import type { Samples } from '../../trainers/index.js';

/** Examples that are compared, and values of each pair: more would say the same. */
const MAX_EXAMPLES = 8;
const MAX_VALUES = 1 << 14;

/** How much an output's pictures of different examples differ; for comparison also their references, where shown. */
export function diversityOf(
  { columns, rows }: Samples,
  outputs: Plan['outputs'],
): Readonly<Record<string, Diversity>> | undefined {
  if (rows.length < 2) return undefined;
  const measured = Object.values(outputs).flatMap(({ name, reference }) => {
    const differenceIn = (column: string | undefined): number | undefined => {
      const at = column === undefined ? -1 : columns.indexOf(column);
      return at < 0
        ? undefined
        : meanDifference(rows.slice(0, MAX_EXAMPLES).flatMap(({ images }) => picturesOf(images[at]!)));
    };
    const [made, real] = [differenceIn(name), differenceIn(reference)];
    return made === undefined ? [] : [[name, { made, ...(real === undefined ? {} : { real }) }] as const];
  });
  return measured.length === 0 ? undefined : Object.fromEntries(measured);
}

const picturesOf = (cell: Cell): readonly Image[] => (typeof cell === 'string' ? [] : [cell]);

/** Mean over pairs of |a - b|, mean over some of the values; undefined where pictures differ in size. */
function meanDifference(images: readonly Image[]): number | undefined {
  const [first] = images;
  if (!first || images.some(({ data }) => data.length !== first.data.length)) return undefined;
  const { length } = first.data;
  // A prime stride does not fall in step with rows and channels.
  const stride = length <= MAX_VALUES ? 1 : nextPrime(Math.ceil(length / MAX_VALUES));
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < images.length; i++) {
    for (let j = 0; j < i; j++, pairs++) {
      const [a, b] = [images[i]!.data, images[j]!.data];
      let [difference, values] = [0, 0];
      for (let at = 0; at < length; at += stride, values++) difference += Math.abs(a[at]! - b[at]!);
      sum += difference / values;
    }
  }
  return sum / pairs;
}

function nextPrime(from: number): number {
  for (let n = Math.max(2, from); ; n++) {
    let divisor = 2;
    while (divisor * divisor <= n && n % divisor !== 0) divisor++;
    if (divisor * divisor > n) return n;
  }
}
