import { UserError } from '../../core/errors.js';
import { deriveSeed } from '../../core/random.js';
import { type DatasetReader, type Example, USUAL_SPLITS } from '../../registry/index.js';

/** By name: `train`, `val`, `test`, and any other folder beside them. */
export type Splits = ReadonlyMap<string, readonly Example[]>;

/** Of sums of shares such as 0.7 + 0.2 + 0.1. */
const ROUNDING = 1e-9;

/**
 * The examples of every split: sub-folders or shares as the recipe says; else the sub-folders, where there is a usual one
 * among them; else all there is as train.
 */
export async function openSplits(
  source: string,
  reader: DatasetReader,
  asked: Readonly<Record<string, string | number>> | undefined,
): Promise<Splits> {
  if (asked === undefined) return ownSplits(reader);
  const values = Object.entries(asked);
  const folders = values.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const shares = values.filter((entry): entry is [string, number] => typeof entry[1] === 'number');
  if (shares.length === 0) return namedSplits(source, reader, folders);
  if (folders.length === 0) return divide(source, await reader.examples(undefined), new Map(shares));
  throw new UserError(`The splits of source "${source}" mix folders and shares.`, {
    remedy: 'Give each split a folder, or each a share: `splits: { train: 0.9, val: 0.1 }`.',
    exitCode: 2,
  });
}

async function ownSplits(reader: DatasetReader): Promise<Splits> {
  const own = await reader.splits();
  if (!own.some((name) => USUAL_SPLITS.includes(name))) {
    return new Map([['train', await reader.examples(undefined)]]);
  }
  const splits = new Map<string, readonly Example[]>();
  for (const split of own) {
    const examples = await reader.examples(split);
    // Any other folder beside train may be anything: notes, code.
    if (USUAL_SPLITS.includes(split) || examples.length > 0) splits.set(split, examples);
  }
  return splits;
}

async function namedSplits(
  source: string,
  reader: DatasetReader,
  folders: readonly [string, string][],
): Promise<Splits> {
  const own = await reader.splits();
  const splits = new Map<string, readonly Example[]>();
  for (const [split, folder] of folders) {
    if (!own.includes(folder)) {
      throw new UserError(`Source "${source}" has no folder "${folder}" for split ${split}.`, {
        remedy:
          own.length > 0 ? `There are: ${own.join(', ')}.` : 'It has no sub-folders; `splits` may be shares.',
      });
    }
    splits.set(split, await reader.examples(folder));
  }
  return splits;
}

/** By a hash of each name, so that an example keeps its split when others come or go, and whatever the run's seed. */
function divide(source: string, heap: readonly Example[], shares: ReadonlyMap<string, number>): Splits {
  // By name, since the order of keys never means anything.
  const ordered = [...shares].sort(([a], [b]) => (a < b ? -1 : 1));
  const sum = ordered.reduce((total, [, share]) => total + share, 0);
  const whole = sum > 1 - ROUNDING;
  if (sum > 1 + ROUNDING || ordered.some(([, share]) => share < 0)) {
    throw new UserError(
      `The split shares of source "${source}" are not parts of a whole: they sum to ${sum}.`,
      {
        exitCode: 2,
      },
    );
  }
  const splits = new Map<string, Example[]>(ordered.map(([split]) => [split, []]));
  for (const example of heap) {
    let left = deriveSeed('split', example.name) / 0x1_0000_0000;
    const found = ordered.find(([, share]) => (left -= share) < 0);
    // What no share covers is in no split; rounding must not lose an example of shares that sum to 1.
    const [split] = found ?? (whole ? ordered.at(-1)! : []);
    if (split !== undefined) splits.get(split)!.push(example);
  }
  return splits;
}
