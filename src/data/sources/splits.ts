import { UserError } from '../../core/errors.js';
import { deriveSeed } from '../../core/random.js';
import { type DatasetReader, type Example, USUAL_SPLITS } from '../../registry/index.js';

/** By name: `train`, `val`, `test`, and any other folder beside them. */
export type Splits = ReadonlyMap<string, readonly Example[]>;

/** Error of sums of shares such as 0.7 + 0.2 + 0.1. */
const ROUNDING = 1e-9;

/**
 * The examples of every split: sub-folders or shares as the recipe says; else the sub-folders, where a usual one (train,
 * val, test) is among them; else all examples as train.
 */
export async function openSplits(
  source: string,
  reader: DatasetReader,
  asked: Readonly<Record<string, string | number>> | undefined,
): Promise<Splits> {
  if (asked === undefined) return splitsByFolder(reader);
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

async function splitsByFolder(reader: DatasetReader): Promise<Splits> {
  const folderNames = await reader.splits();
  if (!folderNames.some((name) => USUAL_SPLITS.includes(name))) {
    return new Map([['train', await reader.examples(undefined)]]);
  }
  const splits = new Map<string, readonly Example[]>();
  for (const split of folderNames) {
    const examples = await reader.examples(split);
    // Another folder may hold anything: notes, code.
    if (USUAL_SPLITS.includes(split) || examples.length > 0) splits.set(split, examples);
  }
  return splits;
}

async function namedSplits(
  source: string,
  reader: DatasetReader,
  folders: readonly [string, string][],
): Promise<Splits> {
  const folderNames = await reader.splits();
  const splits = new Map<string, readonly Example[]>();
  for (const [split, folder] of folders) {
    if (!folderNames.includes(folder)) {
      throw new UserError(`Source "${source}" has no folder "${folder}" for split ${split}.`, {
        remedy:
          folderNames.length > 0
            ? `There are: ${folderNames.join(', ')}.`
            : 'It has no sub-folders; `splits` may be shares.',
      });
    }
    splits.set(split, await reader.examples(folder));
  }
  return splits;
}

/** Divides by a hash of each name: an example keeps its split when others come or go, whatever the run's seed. */
function divide(source: string, examples: readonly Example[], shares: ReadonlyMap<string, number>): Splits {
  // Sorted by name: the order of keys has no meaning.
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
  for (const example of examples) {
    let left = deriveSeed('split', example.name) / 0x1_0000_0000;
    const found = ordered.find(([, share]) => (left -= share) < 0);
    // What no share covers is in no split; rounding must not lose an example of shares that sum to 1.
    const [split] = found ?? (whole ? ordered.at(-1)! : []);
    if (split !== undefined) splits.get(split)!.push(example);
  }
  return splits;
}
