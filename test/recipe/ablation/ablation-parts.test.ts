import { expect, test } from 'vitest';
import { Random } from '../../../src/core/random.js';
import type { Axis } from '../../../src/recipe/ablation/axes.js';
import { combine, countCombinations } from '../../../src/recipe/ablation/combine.js';
import { experimentHash } from '../../../src/recipe/ablation/node.js';
import { drawLevel, type Range } from '../../../src/recipe/ablation/range.js';
import { EXAMPLE } from '../../../src/recipe/messages/codes/example.js';
import { parseRecipe } from '../../../src/recipe/node.js';
import { toJson } from '../../../src/recipe/read/node.js';
import { Source } from '../../../src/recipe/read/source.js';
import { registry } from '../support.js';

const key = { source: new Source('a.yaml', '', '/'), start: 0, end: 1 };
const rangeOf = (from: number, to: number, more: Partial<Range> = {}): Range => {
  return { path: 'x', at: key, origin: key, from, to, scale: 'linear', whole: false, ...more };
};

test.each<[number, Range, number]>([
  // the share that is drawn, of which range, the value
  [0.25, rangeOf(1, 3), 1.5],
  [0.5, rangeOf(1e-4, 1e-2, { scale: 'log' }), 1e-3],
  [0.25, rangeOf(1, 1e4, { scale: 'log' }), 10],
  [0.123456, rangeOf(0, 1), 0.123],
  // Three digits may lie outside.
  [0, rangeOf(1.2345, 2), 1.2345],
  [0.9999, rangeOf(1, 1.2366), 1.2366],
  // Four whole numbers, a quarter for each.
  [0.2499, rangeOf(2, 5, { whole: true }), 2],
  [0.2501, rangeOf(2, 5, { whole: true }), 3],
  [0.7501, rangeOf(2, 5, { whole: true }), 5],
  [0.9999, rangeOf(1.5, 5.5, { whole: true }), 5],
  [0, rangeOf(1.5, 5.5, { whole: true }), 2],
  [0.5, rangeOf(1, 1e4, { scale: 'log', whole: true }), 100],
  [0.5, rangeOf(1000, 3001, { whole: true }), 2001],
])('the share %d of %o is %d', (share, range, value) => {
  const random = Object.assign(new Random(1), { uniform: () => share });
  const { name, changes } = drawLevel(range, random);
  expect([name, changes.map(({ path, value: node }) => [path, toJson(node)])]).toEqual([
    String(value),
    [['x', value]],
  ]);
});

const axis = (name: string, ...levels: string[]): Axis => {
  return { name, key, levels: levels.map((level) => ({ name: level, changes: [] })) };
};
const drawn: Axis = { ...axis('r'), range: rangeOf(0, 1) };

test('combinations are counted as they are run: those drawn, each with every level that is averaged', () => {
  const [a, b, s] = [axis('a', '1', '2'), axis('b', '1', '2', '3'), axis('s', '1', '2', '3', '4')];
  const count = (axes: Axis[], budget?: number, average?: string) =>
    countCombinations(
      axes,
      { type: 'random', seed: 1, ...(budget === undefined ? {} : { budget }) },
      average,
    );
  expect([
    count([a, b, s]),
    count([a, b, s], 5, 's'),
    count([a, b, s], 99, 's'),
    count([a, b, s], 5),
  ]).toEqual([24, 20, 24, 5]);
  expect([count([a, drawn, s], 5, 's'), count([a, drawn])]).toEqual([20, Infinity]);
  for (const [axes, budget] of [
    [[a, b, s], 5],
    [[a, b, s], 6],
    [[a, drawn, s], 7],
  ] as const) {
    const { combinations } = combine(axes, { type: 'random', seed: 3, budget }, 's');
    expect(combinations).toHaveLength(count([...axes], budget, 's'));
  }
});

test('a grid runs the last axis fastest, and so does a draw of all', () => {
  const axes = [axis('a', '1', '2'), axis('b', 'x', 'y')];
  const { combinations } = combine(axes, { type: 'grid', seed: 1 }, undefined);
  const cells = combinations.map((each) => each.map(({ axis: of, level }) => of + level.name).join(' '));
  expect(cells).toEqual(['a1 bx', 'a1 by', 'a2 bx', 'a2 by']);
  expect(combine(axes, { type: 'random', seed: 1, budget: 4 }, undefined).combinations).toEqual(combinations);
});

test('a recipe is another experiment by what is played, not by its names nor by what is not played', async () => {
  const hash = async (...set: string[]) =>
    experimentHash((await parseRecipe(EXAMPLE, { registry, set })).phases, registry);
  const plain = await hash();
  const again = 'game.updates.E={ train: D, losses: { a: { type: bce, real: "D(source, target)" } } }';
  for (const same of [
    'name=x',
    'summary=x',
    'networks.E={ like: D }',
    'game.tensors.more=G(target)',
    again,
    'optimizer.beta2=0.999',
  ])
    expect(await hash(same), same).toBe(plain);
  const others = [
    'train.seed=2',
    'sample={}',
    'sample={ count: 5 }',
    'game.updates.D.losses.adversarial.weight=2',
    'game.play=[G, D]',
    'game.play=[[D, G]]',
    'data.pairs.path=x',
    'optimizer.beta2=0.9',
    'networks.D.filters=8',
    'networks.G.depth=5',
    'game.outputs.fake.reference=source',
    'evaluate.metrics=[psnr]',
    'checkpoint.keep=1',
  ];
  const hashes = await Promise.all(others.map((set) => hash(set)));
  expect(new Set([plain, ...hashes]).size).toBe(others.length + 1);
  // Of a copy that a column shows, what it copies is played, too.
  const shown = (call: string) =>
    hash(`game.tensors={ v: { type: detach, of: w }, w: ${call} }`, 'sample={ show: [v] }');
  expect(await shown('G(source)')).not.toBe(await shown('G(target)'));
});
