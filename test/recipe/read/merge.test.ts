import { expect, test } from 'vitest';
import { Findings } from '../../../src/recipe/messages/findings.js';
import { flow } from '../../../src/recipe/freeze/format.js';
import { merge } from '../../../src/recipe/read/merge.js';
import { find, type MapNode, type Node, toJson } from '../../../src/recipe/read/node.js';
import { Source } from '../../../src/recipe/read/source.js';
import { readYaml } from '../../../src/recipe/read/yaml.js';
import { registry } from '../support.js';

const read = (text: string): Node => readYaml(new Source('a.yaml', text, '/f'), new Findings())!;
const LIST = '{ l: [{ id: p, v: 1 }, { id: q, v: 2 }] }';
const ADAM = '{ optimizer: { beta1: 0.5, type: adam, learning_rate: 1 } }';

test.each<[string, string, string, ...string[]]>([
  // what is there, what is laid on it, what comes of it, what is said
  ['{ a: 1, b: { c: 1, d: 2 } }', '{ e: 4, b: { c: 3 } }', '{ a: 1, b: { c: 3, d: 2 }, e: 4 }'],
  ['{ a: [1, 2], b: 1 }', '{ a: [3] }', '{ a: [3], b: 1 }'],
  ['{ a: { b: 1 } }', '{ a: 2 }', '{ a: 2 }'],
  ['{ a: 2 }', '{ a: { b: { c: 1 } } }', '{ a: { b: { c: 1 } } }'],
  ['{ a: 1, b: 2 }', '{ a: null }', '{ b: 2 }'],
  ['{ a: 1 }', '{ b: null }', '{ a: 1 }', 'nothing-to-take-out'],
  ['{ a: 1 }', '{ a: { b: null } }', '{ a: {} }', 'nothing-to-take-out'],
  [LIST, '{ l: { q: { v: 3, w: 4 } } }', '{ l: [{ id: p, v: 1 }, { id: q, v: 3, w: 4 }] }'],
  [LIST, '{ l: { p: null } }', '{ l: [{ id: q, v: 2 }] }'],
  [LIST, '{ l: { z: { v: 1 } } }', '{ l: [{ id: p, v: 1 }, { id: q, v: 2 }] }', 'unknown-id'],
  [LIST, '{ l: [{ id: q }] }', '{ l: [{ id: q }] }'],
  ['{ l: [1, 2] }', '{ l: { x: 1 } }', '{ l: { x: 1 } }'],
  // Keys that a new type has not fall away; what is no section has no types.
  [ADAM, '{ optimizer: { type: sgd } }', '{ optimizer: { type: sgd, learning_rate: 1 } }'],
  [ADAM, '{ optimizer: { type: adam } }', ADAM],
  [
    ADAM,
    '{ optimizer: { type: none, x: 2 } }',
    '{ optimizer: { beta1: 0.5, type: "none", learning_rate: 1, x: 2 } }',
  ],
  ['{ train: { type: adam, beta1: 1 } }', '{ train: { type: sgd } }', '{ train: { type: sgd, beta1: 1 } }'],
  [
    '{ networks: { G: { layers: [{ id: a, type: tanh }, { id: c, type: conv, filters: 3, from: a }] } } }',
    '{ networks: { G: { layers: { c: { type: tanh } } } } }',
    '{ networks: { G: { layers: [{ id: a, type: tanh }, { id: c, type: tanh, from: a }] } } }',
  ],
  [
    '{ networks: { D: { like: G, patch: 70 } } }',
    '{ networks: { D: { type: unet } } }',
    '{ networks: { D: { like: G, type: unet } } }',
  ],
])('%s with %s', (base, patch, expected, ...codes) => {
  const findings = new Findings();
  const merged = merge(read(base), read(patch), { registry, findings });
  expect(flow(toJson(merged))).toBe(expected.replace('"none"', 'none'));
  expect(findings.sorted.map(({ code }) => code)).toEqual(codes);
});

test('each change of a type is kept on record, a type said again is none', () => {
  const context = { registry, findings: new Findings() };
  const types = ['adam', 'sgd', 'sgd', 'adam'].map((type) => read(`{ optimizer: { type: ${type} } }`));
  const node = types.reduce((base, patch) => merge(base, patch, context), read(ADAM));
  const { retyped = [] } = find(node, ['optimizer']) as MapNode;
  expect(retyped.map(({ from, to, stayed, fell }) => ({ from, to, stayed, fell }))).toEqual([
    { from: 'adam', to: 'sgd', stayed: ['learning_rate'], fell: ['beta1'] },
    { from: 'sgd', to: 'adam', stayed: ['learning_rate'], fell: [] },
  ]);
});
