import { expect, test } from 'vitest';
import { Type } from 'typebox';
import { asSchema } from '../../../src/recipe/schema/json.js';
import { SHORT } from '../../../src/recipe/schema/keywords.js';
import { describe, either, show } from '../../../src/recipe/validate/describe.js';

test.each<[object, string]>([
  [Type.Integer({ minimum: 1, maximum: 16 }), 'a whole number from 1 to 16'],
  [Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), 'a whole number of at least 1'],
  [Type.Integer({ maximum: 9 }), 'a whole number of at most 9'],
  [Type.Integer(), 'a whole number'],
  [Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), 'a number above 0 and below 1'],
  [Type.Number({ exclusiveMinimum: 0, maximum: 1 }), 'a number of at most 1 and above 0'],
  [Type.Boolean(), 'true or false'],
  [Type.String(), 'a text'],
  [Type.String({ title: 'call' }), 'a call'],
  [Type.Array(Type.String()), 'a list'],
  [Type.Object({}), 'a map of keys'],
  [Type.Enum(['a', 'b', 'c']), '"a", "b" or "c"'],
  [Type.Literal('a'), '"a"'],
  [Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('all')]), 'a whole number of at least 1 or "all"'],
  [Type.Object({}, { [SHORT]: Type.Number() }), 'a number or a map of keys'],
])('%j asks for %s', (schema, text) => {
  expect(describe(asSchema(schema))).toBe(text);
});

test('values are shown on a line, texts of more than 60 characters cut', () => {
  const texts = [['x'], { a: 1 }, null, true, -0.5, 'x'].map(show);
  expect(texts).toEqual(['a list', 'a map', 'null', 'true', '-0.5', '"x"']);
  expect(show('x'.repeat(60))).toBe(`"${'x'.repeat(60)}"`);
  expect(show('x'.repeat(61))).toBe(`"${'x'.repeat(57)}..."`);
  expect([either([]), either(['a']), either(['a', 'b'])]).toEqual(['', 'a', 'a or b']);
});
