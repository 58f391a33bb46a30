import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadRecipe } from '../../src/recipe/load.js';
import { complaints, reference, registry } from './support.js';

// What YAML allows and a recipe does not, and what is no YAML.

test('a key twice', async () => {
  expect(await complaints(reference('networks:\n  G:', 'networks:\n  D: {}\n  G:'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:40:3 error duplicate-key  This key appears twice in one map.
      40 |   D:
         |   ^"
  `);
});

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

test('a tag', async () => {
  expect(await complaints(reference('seed: 1 ', 'seed: !!int 1 '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:66:43 error tag  Tags are not part of the recipe language.
      66 | train: { for: 200 epochs, batch: 1, seed: !!int 1 }
         |                                           ^^^^^
      Remove it."
  `);
});

test('a merge key', async () => {
  expect(await complaints(reference('    size: 256\n', '    <<: { size: 256 }\n'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:12:5 error merge-key  "<<" is not part of the recipe language.
      12 |     <<: { size: 256 }
         |     ^^
      Use \`extends\`, or \`like\` for a network."
  `);
});

test('an anchor that is not there', async () => {
  expect(await complaints(reference('seed: 1 ', 'seed: *seed '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:66:43 error unknown-alias  There is no anchor &seed above.
      66 | train: { for: 200 epochs, batch: 1, seed: *seed }
         |                                           ^^^^^"
  `);
});

test('a number without end', async () => {
  expect(await complaints(reference('learning_rate: 2e-4', 'learning_rate: .inf'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:65:41 error number  .inf is not a finite number.
      65 | optimizer: { type: adam, learning_rate: .inf, beta1: 0.5 }
         |                                         ^^^^"
  `);
});

test('a number beyond 2^53', async () => {
  expect(await complaints(reference('seed: 1 ', 'seed: 9007199254740993 '))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:66:43 error number  9007199254740993 is beyond 2^53, where whole numbers are no longer exact.
      66 | train: { for: 200 epochs, batch: 1, seed: 9007199254740993 }
         |                                           ^^^^^^^^^^^^^^^^"
  `);
});

test('a key without value', async () => {
  expect(await complaints(reference('    size: 256\n', '    size:\n'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:12:5 error missing-value  "size" has no value.
      12 |     size:
         |     ^^^^
      Write one, or remove the key."
  `);
});

test('null without extends', async () => {
  expect(await complaints(reference('    size: 256\n', '    size: null\n'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:12:11 error null-value  null removes an inherited key, but this recipe extends nothing.
      12 |     size: null
         |           ^^^^
      Remove the key, or write \`none\` if that is a choice."
  `);
});

test('a second document', async () => {
  expect(await complaints(reference('checkpoint: {', '---\ncheckpoint: {'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:69:1 error several-documents  A recipe is a single YAML document, but a second begins here.
      69 | ---
         | ^^^"
  `);
});

test('an alias of itself', async () => {
  expect(await complaints(reference('    fields:\n', '    fields: &f\n      again: *f\n')))
    .toMatchInlineSnapshot(`
    "recipes/mine.yaml:10:7 error too-large  The recipe becomes far too large here, through its aliases or its depth.
      10 |       again: *f
         |       ^^^^^^^^^"
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
