import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadRecipe } from '../../src/recipe/load.js';
import { complaints, reference, registry } from './support.js';

// What YAML allows and a recipe does not, and what is no YAML.

test('a bracket that is not closed', async () => {
  expect(await complaints(reference('play: [D, G] ', 'play: [D, G '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:62:3 error yaml-syntax  Flow sequence in block collection must be sufficiently indented and end with a ].
      62 |   outputs:
         |   ^"
  `);
});

test('a wrong indent', async () => {
  expect(await complaints(reference('    size: 256\n', '   size: 256\n'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:12:1 error yaml-syntax  All mapping items must start at the same column.
      12 |    size: 256
         | ^"
  `);
});

test('a tab', async () => {
  expect(await complaints(reference('    size: 256\n', '	size: 256\n'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:12:1 error yaml-syntax  Tabs are not allowed as indentation.
      12 | 	size: 256
         | ^"
  `);
});

test('a backslash in double quotes, as a path on Windows has it', async () => {
  expect(await complaints(reference('path: maps ', 'path: "C:\\maps" '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:8:14 error yaml-syntax  In double quotes \\ begins an escape, and this is not one: remove the quotes, or write / between folders.
      8 |     path: "C:\\maps"                          # in the data folder (a setting); --data PATH names another
        |              ^"
  `);
});

test('a number beyond 2^53', async () => {
  expect(await complaints(reference('seed: 1 ', 'seed: 9007199254740993 '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:66:43 error number  9007199254740993 is beyond 2^53, where whole numbers are no longer exact.
      66 | train: { for: 200 epochs, batch: 1, seed: 9007199254740993 }
         |                                           ^^^^^^^^^^^^^^^^"
  `);
});

test('a tag before an anchor', async () => {
  expect(await complaints(reference('seed: 1 ', 'seed: !!str &s 1 '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:66:43 error tag  Tags are not part of the recipe language.
      66 | train: { for: 200 epochs, batch: 1, seed: !!str &s 1 }
         |                                           ^^^^^
      Remove it."
  `);
});

test('a key that is no word', async () => {
  expect(await complaints(reference('    size: 256\n', '    ? [size, 256]\n    : 1\n')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:12:7 error yaml-syntax  A key must be a plain word.
      12 |     ? [size, 256]
         |       ^^^^^^^^^^^"
  `);
});

test('a text that is larger than any recipe', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'recipes-'));
  const file = join(folder, 'large.yaml');
  await writeFile(file, '#'.repeat(1024 * 1024 + 1));
  await expect(loadRecipe(file, { registry, cwd: folder })).rejects.toThrow(
    'large.yaml has 1048577 bytes; a recipe has at most 1048576.',
  );
  await rm(folder, { recursive: true });
});
