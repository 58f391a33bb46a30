import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { forEachLimited, spread } from '../for-each-limited.js';
import type { Source } from './source.js';

/** Files whose size goes into the digest, spread over the source; of all others only the name does. */
const MAX_SIZES = 4000;
const MAX_OPEN_FILES = 16;

/**
 * Identifies a state of a data set: 32 hexadecimal digits over the recipe's source, the splits, the classes, and the names
 * and sizes of the examples. At most a second's work: contents are not read.
 */
export async function digestSource({ config, splits, fields }: Source): Promise<string> {
  const hash = createHash('sha256');
  // The same data lies in other folders on other machines.
  hash.update(JSON.stringify({ ...config, path: undefined }));
  // The same files with other class numbers are other data.
  const classes = fields.flatMap((field) => (field.classes ? [field.classes] : []));
  if (classes.length > 0) hash.update(JSON.stringify(classes));
  for (const [split, examples] of splits) {
    hash.update(`\n${split}\n`);
    for (const { name } of examples) hash.update(`${name}\0`);
  }
  const files = [...splits.values()].flat().flatMap((example) => example.files);
  const checked = spread(files, MAX_SIZES);
  const sizes = new Map<string, number>();
  await forEachLimited(checked, MAX_OPEN_FILES, async (file) => {
    // A missing file is reported when it is read.
    sizes.set(file, (await stat(file).catch(() => undefined))?.size ?? -1);
  });
  hash.update(checked.map((file) => sizes.get(file)).join(','));
  return hash.digest('hex').slice(0, 32);
}
