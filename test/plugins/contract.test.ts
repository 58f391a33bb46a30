import { expect, test } from 'vitest';
import { Type } from 'typebox';
import { shippedDefinitions } from '../../src/definitions.js';
import { faultsOf, schemaFaults } from '../../src/plugins/contract.js';
import type { Kind } from '../../src/registry/index.js';

const registry = shippedDefinitions();
const faults = (kind: Kind, type: string, change: Readonly<Record<string, unknown>>): readonly string[] => {
  const shipped = registry.get(kind, type);
  const example = { ...shipped.example, type: 'mine' };
  return faultsOf(kind, { ...shipped, type: 'mine', example, ...change }, registry);
};

test.each<[Kind, string, Readonly<Record<string, string>>]>([
  ['layer', 'tanh', { plan: 'function', build: 'function' }],
  ['network', 'unet', { expand: 'function' }],
  ['loss', 'l1', { operands: 'string', build: 'function' }],
  ['metric', 'l1', { better: 'string', unit: 'string', build: 'function' }],
  ['optimizer', 'adam', { slots: 'list', numbers: 'function', build: 'function' }],
  ['schedule', 'step', { build: 'function' }],
  ['dataset', 'images', { files: 'boolean', open: 'function' }],
  ['tensor', 'noise', { operands: 'list', shape: 'function', stopsGradient: 'boolean', build: 'function' }],
  ['initialiser', 'he', { build: 'function' }],
])('a %s needs what its kind needs, each of its kind of value', (kind, type, needs) => {
  expect(faults(kind, type, {})).toEqual([]);
  for (const [key, what] of Object.entries(needs))
    for (const wrong of [undefined, 3])
      expect(faults(kind, type, { [key]: wrong })).toEqual([`needs "${key}", a ${what}`]);
});

const closed = (properties: Parameters<typeof Type.Object>[0], description?: string) =>
  Type.Object(properties, {
    additionalProperties: false,
    ...(description === undefined ? {} : { description }),
  });

test.each<[string, Readonly<Record<string, unknown>>, string | undefined]>([
  ['a type with digits', { type: 'a1-b2', example: { type: 'a1-b2', of: 'x', to: 'y' } }, undefined],
  ...['Mine', 'my_loss', '-a', 'a-', 'a--b', '', 3].map(
    (type): [string, Readonly<Record<string, unknown>>, string] => [
      `the type ${type}`,
      { type },
      'needs a "type" of small letters',
    ],
  ),
  [
    'a type that there is',
    { type: 'hinge' },
    'has the type "hinge", and there is a loss of that type already',
  ],
  ['an empty summary', { summary: ' ' }, 'needs a "summary"'],
  ['params that are no object', { params: Type.Number() }, 'needs "params"'],
  ['an example that is a list', { example: [] }, 'needs an "example"'],
  [
    'an example of another',
    { example: { type: 'l1', of: 'x', to: 'y' } },
    'has an example of the type "l1", not "mine"',
  ],
  [
    'a key of every loss',
    { params: closed({ every: Type.Number({ description: 'x' }) }) },
    'declares "every", which every loss has',
  ],
  [
    'an example with a strange key',
    { example: { type: 'mine', of: 'x', to: 'y', no: 1 } },
    'has an example that is none',
  ],
])('what is wrong with a loss: %s', (_, change, fault) => {
  const found = faults('loss', 'l1', change);
  expect(found).toEqual(fault === undefined ? [] : [expect.stringContaining(fault)]);
});

test('every object of a schema is closed and every key described, at any depth and in lists', () => {
  const inner = Type.Object({ b: Type.Number(), c: Type.Number({ description: 'x' }) }, { description: 'x' });
  const list = Type.Array(inner, { description: 'x' });
  expect(
    schemaFaults({ ...closed({ a: inner, l: list, e: Type.Number({ description: '' }) }) }, 'params'),
  ).toEqual([
    'takes any key in "params.a": give its Type.Object { additionalProperties: false }',
    'has no description of "params.a.b"',
    'takes any key in "params.l[]": give its Type.Object { additionalProperties: false }',
    'has no description of "params.l[].b"',
    'has no description of "params.e"',
  ]);
});
