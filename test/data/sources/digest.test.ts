import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestSource } from '../../../src/data/sources/digest.js';
import type { Source } from '../../../src/data/sources/source.js';
import { makeFolder, source, square } from '../support/fixtures.js';

test('names, sizes of files, splits, classes, their order and the recipe: each changes the digest', async () => {
  const folder = await makeFolder();
  for (const [name, size] of Object.entries({ a: 3, b: 4, empty: 0 }))
    writeFileSync(join(folder, name), 'x'.repeat(size));
  /** @param state of every split its examples, and of each its name and files */
  const digest = (state: string, classes?: string, path = folder) => {
    const splits = state.split(' ').map((split) => split.split(/[=,]/));
    const example = (text: string) => {
      const [name, ...files] = text.split(/[:+]/);
      return { name, files: files.map((file) => join(folder, file)) };
    };
    return digestSource({
      config: source(path, { size: square(path === '/crop' ? 7 : 8) }),
      fields: [{ name: 'x', classes: classes?.split(' ') }],
      splits: new Map(splits.map(([split, ...examples]) => [split, examples.map(example)])),
    } as unknown as Source);
  };
  const digests = await Promise.all([
    digest('train=1:a,2:b'),
    digest('train=1:a,2:b', 'cat dog'),
    digest('train=1:a,2:b', 'dog cat'),
    digest('train=1:a,2:b', undefined, '/crop'),
    digest('val=1:a,2:b'),
    digest('train=1:a val=2:b'),
    digest('train=2:b,1:a'),
    digest('train=1:a,3:b'),
    digest('train=12:a+b'),
    // The same names, of files of other sizes, empty, gone and one more.
    digest('train=1:b,2:a'),
    digest('train=1:a,2:empty'),
    digest('train=1:a,2:gone'),
    digest('train=1:a,2:b+a'),
  ]);
  expect(new Set(digests).size).toBe(digests.length);
  expect(digests[0]).toMatch(/^[0-9a-f]{32}$/);
  // Where it lies differs from machine to machine.
  expect(await digest('train=1:a,2:b', undefined, '/elsewhere')).toBe(digests[0]);
});
