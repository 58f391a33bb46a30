import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { forEachLimited, spread } from '../pool.js';
import type { Source } from './source.js';

/** Files whose size is looked at, spread over the source; of the others the name counts. */
const MOST_SIZES = 4000;
/** Files looked at at once. */
const WIDTH = 16;

/**
 * Tells one state of a data set from another: 32 hexadecimal digits over what the recipe says of it, the splits, and
 * the names and sizes of the examples, and the classes. A second's work at most: contents are not read.
 */
export async function digestSource({ config, splits, fields }: Source): Promise<string> {
  const hash = createHash('sha256');
  // Where it lies differs from machine to machine, and what is in it does not.
  hash.update(JSON.stringify({ ...config, path: undefined }));
  // The same files under other numbers are other data.
  const classes = fields.flatMap((field) => (field.classes ? [field.classes] : []));
  if (classes.length > 0) hash.update(JSON.stringify(classes));
  for (const [split, examples] of splits) {
    hash.update(`\n${split}\n`);
    for (const { name } of examples) hash.update(`${name}\0`);
  }
  const files = [...splits.values()].flat().flatMap((example) => example.files);
  const checked = spread(files, MOST_SIZES);
  const sizes = new Map<string, number>();
  await forEachLimited(checked, WIDTH, async (file) => {
    // One that is gone is told of when it is read.
    sizes.set(file, (await stat(file).catch(() => undefined))?.size ?? -1);
  });
  hash.update(checked.map((file) => sizes.get(file)).join(','));
  return hash.digest('hex').slice(0, 32);
}
