import { UserError } from '../core/errors.js';
import { deriveSeed } from '../core/random.js';
import type { DatasetReader, Example } from '../registry/index.js';

/** By name: `train`, `val`, `test`, and any other folder beside them. */
export type Splits = ReadonlyMap<string, readonly Example[]>;

const USUAL = ['train', 'val', 'test'];

/**
 * The examples of every split: sub-folders or shares as the recipe says; else the sub-folders, where there is a usual one
 * among them; else all there is as train.
 */
export async function openSplits(
  source: string,
  reader: DatasetReader,
  asked: Readonly<Record<string, string | number>> | undefined,
): Promise<Splits> {
  const own = await reader.splits();
  const folders = asked ? wantedFolders(source, asked) : Object.fromEntries(own.map((name) => [name, name]));
  if (asked && folders === undefined) {
    return divide(source, await reader.examples(undefined), asked as Readonly<Record<string, number>>);
  }
  if (!asked && !own.some((name) => USUAL.includes(name))) {
    return new Map([['train', await reader.examples(undefined)]]);
  }
  const splits = new Map<string, readonly Example[]>();
  for (const [split, folder] of Object.entries(folders ?? {})) {
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

/** Split to folder; undefined where the recipe gives shares. */
function wantedFolders(
  source: string,
  asked: Readonly<Record<string, string | number>>,
): Readonly<Record<string, string>> | undefined {
  const values = Object.values(asked);
  if (values.every((value) => typeof value === 'string')) return asked as Readonly<Record<string, string>>;
  if (values.every((value) => typeof value === 'number')) return undefined;
  throw new UserError(`The splits of source "${source}" mix folders and shares.`, {
    remedy: 'Give each split a folder, or each a share: `splits: { train: 0.9, val: 0.1 }`.',
    exitCode: 2,
  });
}

/** By a hash of each name, so that an example keeps its split when others come or go, and whatever the run's seed. */
function divide(source: string, heap: readonly Example[], shares: Readonly<Record<string, number>>): Splits {
  const names = Object.keys(shares).sort();
  const sum = names.reduce((total, name) => total + shares[name]!, 0);
  if (sum > 1 + 1e-9) {
    throw new UserError(`The split shares of source "${source}" sum to ${sum}, more than 1.`, {
      exitCode: 2,
    });
  }
  const splits = new Map<string, Example[]>(names.map((name) => [name, []]));
  for (const example of heap) {
    let left = deriveSeed('split', example.name) / 0x1_0000_0000;
    const split = names.find((name) => (left -= shares[name]!) < 0);
    // What no share covers is in no split; rounding must not lose the last example of shares that sum to 1.
    const chosen = split ?? (sum > 1 - 1e-9 ? names.at(-1) : undefined);
    if (chosen !== undefined) splits.get(chosen)!.push(example);
  }
  return splits;
}
