import { expect, test } from 'vitest';
import { flow, type FormatOptions, formatLines } from '../../../src/recipe/freeze/format.js';
import type { Json } from '../../../src/core/json.js';

const format = (value: Json, options: FormatOptions = {}): string =>
  formatLines(value, options)
    .map(({ text, comment }) => (comment === undefined ? text : `${text} # ${comment}`))
    .join('\n');

test.each<[string, Json, string]>([
  ['at the top each key has a line', { a: 1, b: {}, c: [], d: { e: 1 } }, 'a: 1\nb: {}\nc: []\nd:\n  e: 1'],
  ['below it a map of values is one line', { a: { b: { c: 1, d: [2] } } }, 'a:\n  b: { c: 1, d: [2] }'],
  ['a map of maps is a block', { a: { b: { c: { d: 1 } } } }, 'a:\n  b:\n    c: { d: 1 }'],
  ['a map of empty maps is not', { a: { b: { c: {} } } }, 'a:\n  b: { c: {} }'],
  ['a list below its key is indented', { a: [[1], { b: 2 }] }, 'a:\n  - [1]\n  - { b: 2 }'],
  [
    'the first key of an item stands beside its dash',
    { a: [{ id: 'x', b: { c: { d: 1 } } }] },
    'a:\n  - id: x\n    b:\n      c: { d: 1 }',
  ],
])('%s', (_, value, text) => {
  expect(format(value)).toBe(text);
});

test('what does not fit into a line is a block: 110 columns, the last one left free', () => {
  const value = (length: number): Json => ({ a: { b: ['x'.repeat(length)] } });
  expect(format(value(109 - '  b: []'.length)).split('\n')).toHaveLength(2);
  expect(format(value(110 - '  b: []'.length))).toMatch(/^a:\n {2}b:\n {4}- x+$/);
  expect(format({ a: { b: [1] } }, { width: 9 })).toBe('a:\n  b: [1]');
  expect(format({ a: { b: [1] } }, { width: 8 })).toBe('a:\n  b:\n    - 1');
});

test('comments stand above keys and behind values of one line, each at its path', () => {
  const above = (path: readonly unknown[]) => (path.length > 1 ? path.join('.') : undefined);
  const behind = (path: readonly unknown[]) => (path.at(-1) === 'd' ? undefined : path.join('/'));
  expect(format({ a: [{ b: 1, d: 2 }] }, { above, behind, width: 0 })).toBe(
    'a:\n  # a.0\n  -\n    # a.0.b\n    b: 1 # a/0/b\n    # a.0.d\n    d: 2',
  );
});

test.each<[Json, string]>([
  [{ 'a.b': 1, c: { d: null } }, '{ a.b: 1, c: { d: null } }'],
  [[true, 'true', 'No', 'nod', 'Y', 'y1'], '[true, "true", "No", nod, "Y", y1]'],
  [['e1', 'E10', 'e1x', 'null'], '["e1", "E10", e1x, "null"]'],
  [['', 'a b', 'a  b', ' a', 'a, b', 'G(a)', 'G(a, b)'], '["", a b, "a  b", " a", "a, b", G(a), "G(a, b)"]'],
  [
    ['3', '3 steps', '3.5 epochs', '-a', './a', 'a/b', '#fff'],
    '["3", 3 steps, "3.5 epochs", "-a", "./a", a/b, "#fff"]',
  ],
  [[2e-7, -2e-7, 1.5e-7, 1e21, 100, -0.25], '[2.0e-7, -2.0e-7, 1.5e-7, 1.0e+21, 100, -0.25]'],
])('%j on one line', (value, text) => {
  expect(flow(value)).toBe(text);
});
