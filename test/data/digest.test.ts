import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, numbered, open, save, saveNumbered, source } from './support/fixtures.js';

const digestOf = async (folder: string, ...changes: Parameters<typeof source>[1][]): Promise<string> =>
  (await (await open(source(folder, changes[0]))).data.digests())['pairs']!;

test('a digest tells states of the data apart, and not where they lie', async () => {
  const folder = await makeFolder();
  await saveNumbered(join(folder, 'train'), 3);
  const first = await digestOf(folder);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(await digestOf(folder)).toBe(first);

  const copy = await makeFolder();
  await cp(folder, copy, { recursive: true });
  expect(await digestOf(copy)).toBe(first);
  const seen = new Set([first, await digestOf(folder, { fit: 'crop' })]);
  // Another size of a file, one more, another split.
  await save(join(copy, 'train', '2.png'), numbered(200, 24));
  seen.add(await digestOf(copy));
  await saveNumbered(join(copy, 'train'), 4);
  seen.add(await digestOf(copy));
  await saveNumbered(join(copy, 'val'), 1);
  seen.add(await digestOf(copy));
  expect(seen.size).toBe(5);
});
