import { expect, test } from 'vitest';
import { columnsOf } from '../../../src/plan/drawing/blocks.js';
import { networkColour, tint, updateColours } from '../../../src/plan/drawing/colours.js';
import { gameGraph } from '../../../src/plan/drawing/game-graph.js';
import { drawNetwork } from '../../../src/plan/drawing/network.js';
import { drawPhases } from '../../../src/plan/drawing/phases.js';
import { drawPlan } from '../../../src/plan/drawing/plan.js';
import { escapeXml, linePath, type Outline } from '../../../src/plan/drawing/svg.js';
import { outline } from '../../../src/core/node/caption.js';
import { planOf, TINY_RECIPE } from '../../support/plan.js';

test.each([
  ['#0072b2', 0, '#ffffff'],
  ['#0072b2', 0.5, '#80b9d9'],
  ['#0072b2', 1, '#0072b2'],
  ['#000000', 1, '#000000'],
])('%s mixed with white, %f of it, is %s', (colour, share, mixed) => {
  expect(tint(colour, share)).toBe(mixed);
});

test('a line runs level, and changes its height half-way between its stretches', () => {
  const stretch = (x: number, y: number) =>
    [
      { x, y },
      { x: x + 10, y },
    ] as const;
  expect(linePath([stretch(0, 4), stretch(30, 20.06), stretch(60, 8)])).toBe(
    'M0 4H10C20 4 20 20.1 30 20.1H40C50 20.1 50 8 60 8H70',
  );
  expect(escapeXml(`<a & 'b'>"`)).toBe('&#60;a &#38; &#39;b&#39;&#62;&#34;');
});

const UPDATES = [
  'game.updates.E={ train: [D], every: 2 steps, losses: { e: { type: bce, real: "D(source, target)", every: 3 steps } } }',
  'game.play=[G, [D, E]]',
  'data.pairs.size={ height: 16, width: 32 }',
  'data.pairs.augment.jitter=null',
];

test('updates have colours in playing order, those of one network the same', async () => {
  const plan = await planOf(TINY_RECIPE, UPDATES);
  expect([...updateColours(plan)]).toEqual([
    ['G', '#0072b2'],
    ['D', '#d55e00'],
    ['E', '#d55e00'],
  ]);
  expect(['G', 'D', 'none'].map((network) => networkColour(plan, network))).toEqual([
    '#0072b2',
    '#d55e00',
    '#56606b',
  ]);
});

test('the game’s edges say what is read as what, with which weight, and its boxes how often', async () => {
  const { nodes, edges } = gameGraph(
    await planOf(TINY_RECIPE, [...UPDATES, 'game.updates.D.losses.adversarial.fake=D(source, target)']),
  );
  const into = (id: string) =>
    edges.filter(({ to }) => to === id).map(({ from, label }) => `${from}: ${label}`);
  expect(into('loss D/adversarial')).toEqual(['D(source, target): real, fake']);
  expect(into('update G')).toEqual(['loss G/adversarial: × 1', 'loss G/l1: × 100']);
  expect(into('D(source, fake)')).toEqual(['name source: ', 'name fake: ']);
  const details = new Map(nodes.map(({ id, detail }) => [id, detail]));
  expect(
    ['name source', 'name fake', 'loss E/e', 'loss D/adversarial', 'update E', 'update G'].map((id) =>
      details.get(id),
    ),
  ).toEqual([
    '16x32x3',
    '16x32x3',
    'bce, every 3 steps',
    'bce',
    'trains D by adam 0.0002, every 2 steps',
    'trains G by adam 0.0002',
  ]);
});

test('bars are 15 pixels higher for each doubling of the longer side, one step apart', async () => {
  const plan = await planOf(TINY_RECIPE, UPDATES);
  const G = plan.networks['G']!;
  const { svg, width, height } = drawNetwork(plan, [G], outline);
  const bars = [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="34" height="([\d.]+)"/g)].map((bar) =>
    bar.slice(1).map(Number),
  );
  // e1, e2, bottleneck, d2, d1, output: 16, 8, 4, 8, 16, 32 columns.
  expect(bars.map(([, , height]) => height)).toEqual([74, 59, 44, 59, 74, 89]);
  expect(bars.map(([x]) => x)).toEqual([12, 70, 128, 186, 244, 302]);
  expect([width, height]).toEqual([6 * 58, 104 + 89 / 2 + 16 + 50]);
  expect(svg).toContain('aria-label="8×16"');
  expect(columnsOf(G).skips).toEqual([
    [1, 3],
    [0, 4],
  ]);
  // From 3 above a bar to 3 above the other; control points as high as the higher, 12, and 7 for each bar between. The
  // outer arc rises 0.75 (40 + 12 + 28) + 0.125 (40 + 40) = 70 above the middle, below 34 of lettering.
  expect(new Set(bars.map(([, y, height]) => y! + height! / 2))).toEqual(new Set([34 + 70]));
  expect(svg).toContain('d="M87 71.5C87 45.5 203 45.5 203 71.5"');
  expect(svg).toContain('encoder-decoder, 4,215 parameters"');
  expect(drawNetwork(plan, [plan.networks['D']!], outline).svg).toContain(
    'patchgan, 1,045 parameters, receptive field 16"',
  );
});

test('what does not read the bar before it stands apart', async () => {
  const plan = await planOf(TINY_RECIPE, [
    'networks.D.scales=2',
    'data.pairs.size=32',
    'data.pairs.augment.jitter=null',
  ]);
  const { columns } = columnsOf(plan.networks['D']!);
  expect(columns.map(({ chained }) => chained)).toEqual([false, true, true, false, true, true]);
  expect(drawNetwork(plan, [plan.networks['D']!], outline).width).toBe(6 * 58 + 22);
});

test.each([
  [2, [undefined, undefined]],
  [3, [3]],
])('of %i blocks that are alike groups are %j', async (blocks, alike) => {
  const plan = await planOf(TINY_RECIPE, [`networks.G={ type: resnet, filters: 2, blocks: ${blocks} }`]);
  expect(columnsOf(plan.networks['G']!).groups.map((group) => group.alike?.count)).toEqual(alike);
});

test('each of several phases has a file of its own, the only one the file that is named', async () => {
  const plan = await planOf(TINY_RECIPE);
  const files = (...ids: string[]) =>
    drawPhases(
      ids.map((id) => ({ id, plan })),
      'a/b.svg',
      outline,
    ).map(([file]) => file);
  expect(files('p')).toEqual(['a/b.svg']);
  expect(files('p', 'q')).toEqual(['a/b-p.svg', 'a/b-q.svg']);
});

/** Texts as what they say, each letter half as wide as it is high: a picture that can be read as a file. */
const written: Outline = (text, size) => ({
  path: `${text} (${size} px)`,
  width: text.length * (size / 2),
});

test.each([
  ['skips', UPDATES],
  ['repeats', ['networks.G={ type: resnet, filters: 2, blocks: 3 }', 'networks.D.scales=2']],
])('the picture of a game with %s is the one that was looked at', async (name, set) => {
  const svg = drawPlan(await planOf(TINY_RECIPE, set), written);
  await expect(svg.replaceAll('><', '>\n<')).toMatchFileSnapshot(`${name}.svg`);
});
