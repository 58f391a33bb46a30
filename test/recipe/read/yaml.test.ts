import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadRecipe } from '../../../src/recipe/node.js';
import { Findings } from '../../../src/recipe/messages/findings.js';
import { toJson } from '../../../src/recipe/read/node.js';
import { Source } from '../../../src/recipe/read/source.js';
import { readYaml } from '../../../src/recipe/read/yaml.js';
import { complaints, reference, registry } from '../support.js';

// What YAML allows and a recipe does not, and what is no YAML.

test('a wrong indent', async () => {
  expect(await complaints(reference('    size: 256\n', '   size: 256\n'))).toMatchInlineSnapshot(`
    "recipes/mine.yaml:12:1 error yaml-syntax  All mapping items must start at the same column.
      12 |    size: 256
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
      Remove it: each key knows the type of its value."
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
  await writeFile(file, '#'.repeat(1024 * 1024));
  // Named whole where it is not below the current folder.
  await expect(loadRecipe(file, { registry })).rejects.toThrow(`${file} has an error.`);
  await writeFile(file, '#'.repeat(1024 * 1024 + 1));
  await expect(loadRecipe(file, { registry, cwd: folder })).rejects.toThrow(
    'large.yaml has 1048577 bytes; a recipe has at most 1048576.',
  );
  await rm(folder, { recursive: true });
});

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
/** Lists of lists of nulls through aliases: so many nodes. */
const repeated = (lists: number): string => {
  const names = [...Array(lists).keys()];
  return names
    .map(
      (i) =>
        `a${i}: &a${i} [${Array(12)
          .fill(i === 0 ? 'x' : `*a${i - 1}`)
          .join(', ')}]`,
    )
    .join('\n');
};

test.each<[string, unknown, ...string[]]>([
  // what is written, what it is, what is said
  ['a: -0', { a: 0 }],
  ['a: [0x1f, 1e3, -2.5e-3, on, No, ~, null, "1"]', { a: [31, 1000, -0.0025, 'on', 'No', null, null, '1'] }],
  [
    'a: [9007199254740991, -9007199254740991, 9007199254740993.0]',
    { a: [2 ** 53 - 1, 1 - 2 ** 53, 2 ** 53] },
  ],
  ['a: 9007199254740992', { a: null }, 'number'],
  ['a: +9007199254740993', { a: null }, 'number'],
  ['a: [.nan, -.inf]', { a: [null, null] }, 'number', 'number'],
  ['01: 1\nnull: 2\n"b c": 3', { '01': 1, null: 2, 'b c': 3 }],
  ['a: &x 1\nb: &x 2\nc: *x\nd: &y { e: *x }\nf: *y', { a: 1, b: 2, c: 2, d: { e: 2 }, f: { e: 2 } }],
  ['a: *x\nb: &x 1', { a: null, b: 1 }, 'unknown-alias'],
  ['a: &x { b: &y 1 }\nc: &y 2\nd: *x\ne: *y', { a: { b: 1 }, c: 2, d: { b: 1 }, e: 2 }],
  ['a: { b: 1 }\na: { c: 2 }', { a: { b: 1, c: 2 } }, 'duplicate-key'],
  ['a: [1]\na: 2', { a: 2 }, 'duplicate-key'],
  ['a: { b: N(c, d), e: 1 }', { a: { b: null, e: 1 } }, 'call-split'],
  ['a: { b: N(M(c, d), e), f: 1 }', { a: { b: null, f: 1 } }, 'call-split'],
  ['a: { b: "N(c", "d)": 1 }', { a: { b: 'N(c', 'd)': 1 } }],
  ['a: [N(c), d]', { a: ['N(c)', 'd'] }],
  ['<<: { a: 1 }\nb: 1', { b: 1 }, 'merge-key'],
  [`a: ${nested(64)}`, JSON.parse(`{ "a": ${nested(64)} }`)],
  [`a: ${nested(65)}`, undefined, 'too-large'],
  [repeated(5), undefined, 'too-large'],
])('%j is read as %j', (text, json, ...codes) => {
  const findings = new Findings();
  const node = readYaml(new Source('a.yaml', text, '/'), findings);
  expect(node && toJson(node)).toEqual(json);
  expect(findings.sorted.map(({ code }) => code)).toEqual(codes);
});
