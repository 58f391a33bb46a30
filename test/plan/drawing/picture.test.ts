import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { globSync } from 'tinyglobby';
import { afterAll, describe, expect, test } from 'vitest';
import { formatCall } from '../../../src/core/call.js';
import { networkColour, updateColours } from '../../../src/plan/drawing/colours.js';
import { gameGraph } from '../../../src/plan/drawing/game-graph.js';
import { columnsOf } from '../../../src/plan/drawing/blocks.js';
import { arrangeGame } from '../../../src/plan/drawing/game.js';
import type { Line } from '../../../src/plan/drawing/layout.js';
import type { Point } from '../../../src/plan/drawing/svg.js';
import { groupEqualNetworks } from '../../../src/plan/drawing/network.js';
import { drawPlan } from '../../../src/plan/drawing/plan.js';
import { planRecipe } from '../../../src/plan/plan.js';
import { outline } from '../../../src/core/node/caption.js';
import { loadRecipe } from '../../../src/recipe/node.js';
import { registry } from '../../recipe/support.js';
import { gan } from '../../support/gan.js';

const work = mkdtempSync(join(tmpdir(), 'gan-picture-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const planOf = async (file: string, set: readonly string[] = []) =>
  planRecipe((await loadRecipe(file, { registry, set })).recipe, registry);

const files = globSync('recipes/*.yaml').sort();

test('networks of one architecture are drawn once, by the names of all', async () => {
  const plan = await planOf('recipes/cyclegan-maps.yaml');
  const names = groupEqualNetworks(plan, Object.values(plan.networks)).map((alike) =>
    alike.map(({ name }) => name),
  );
  expect(names).toEqual([
    ['D_A', 'D_B'],
    ['G_AB', 'G_BA'],
  ]);
  const svg = drawPlan(plan, outline);
  expect(svg).toContain('aria-label="resnet, 11,378,179 parameters each"');
});

test('blocks that are repeated are drawn once, with how many they are', async () => {
  const { networks } = await planOf('recipes/cyclegan-maps.yaml');
  const { columns, groups, skips } = columnsOf(networks['G_AB']!);
  expect(columns.map(({ label }) => label)).toEqual([
    'stem',
    'down1',
    'down2',
    'a',
    'b',
    'add',
    'up1',
    'up2',
    'output',
  ]);
  expect(groups).toEqual([{ name: 'block1', from: 3, to: 5, alike: { last: 'block9', count: 9 } }]);
  expect(skips).toEqual([[2, 5]]);
  expect(drawPlan(await planOf('recipes/cyclegan-maps.yaml'), outline)).toContain(
    'aria-label="block1 to block9, 9 alike"',
  );
});

test('what is of one part stands together, and what does not read its neighbour apart', async () => {
  const { networks } = await planOf('recipes/pix2pix-maps.yaml');
  const { columns, groups } = columnsOf(networks['G']!);
  expect(groups).toEqual([
    { name: 'encoder', from: 0, to: 7 },
    { name: 'decoder', from: 8, to: 14 },
  ]);
  expect(columns.slice(1).every(({ chained }) => chained)).toBe(true);
  const scales = await planOf('recipes/pix2pix-maps.yaml', ['networks.D.scales=2']);
  const { columns: both, groups: two } = columnsOf(scales.networks['D']!);
  expect(two.map(({ name }) => name)).toEqual(['s1', 's2']);
  expect(both.flatMap(({ chained }, i) => (chained ? [] : [i]))).toEqual([0, 5]);
});

describe.each(files)('the picture of %s', (file) => {
  test('names every network, call, loss and update, in outlines that need no font', async () => {
    const plan = await planOf(file);
    const svg = drawPlan(plan, outline);
    const labels = new Set([...svg.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label));
    for (const network of Object.values(plan.networks)) {
      expect(labels).toContain(network.name);
    }
    for (const update of Object.values(plan.updates)) {
      expect(labels).toContain(`update ${update.name}`);
      for (const loss of update.losses) expect(labels).toContain(`${update.name}/${loss.name}`);
    }
    for (const { name, call } of plan.tensors)
      if (call?.kind === 'call') expect(labels).toContain(`${name} = ${formatCall(call)}`);
    expect(svg).not.toContain('<text');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const { data, info } = await sharp(Buffer.from(svg))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.width).toBeGreaterThan(400);
    expect(data.filter((value) => value < 128).length).toBeGreaterThan(2000);
  });

  test('every loss is reached by its operands, and leads to the update that it trains by', async () => {
    const plan = await planOf(file);
    const { nodes, edges } = gameGraph(plan);
    const ids = new Set(nodes.map(({ id }) => id));
    for (const { from, to } of edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
    for (const update of Object.values(plan.updates)) {
      for (const loss of update.losses) {
        const id = `loss ${update.name}/${loss.name}`;
        const operands = edges.filter((edge) => edge.to === id).flatMap(({ label }) => label.split(', '));
        expect(operands.sort()).toEqual(Object.keys(loss.operands).sort());
        expect(edges.filter((edge) => edge.from === id).map(({ to }) => to)).toEqual([
          `update ${update.name}`,
        ]);
      }
    }
    for (const network of new Set(Object.values(plan.updates).flatMap(({ train }) => train))) {
      // Several updates may train one network: it has the colour of the first.
      const trainer = Object.values(plan.updates).find(({ train }) => train.includes(network))!;
      expect(networkColour(plan, network)).toBe(updateColours(plan).get(trainer.name));
    }
  });
});

test('the reference has an arc for each of its seven skips', async () => {
  const svg = drawPlan(await planOf('recipes/pix2pix-maps.yaml'), outline);
  expect(svg.match(/ d="M[\d. ]+C[\d. ]+"/g)).toHaveLength(7);
});

/** Points along a line as it is drawn: level stretches, and curves that begin and end level. */
function along({ stretches }: Line): readonly Point[] {
  const ends = stretches.flat();
  return ends.slice(1).flatMap((b, i) => {
    const a = ends[i]!;
    return Array.from({ length: 21 }, (_, k) => {
      const t = k / 20;
      const ease = 3 * t ** 2 - 2 * t ** 3;
      const middle = (a.x + b.x) / 2;
      const x = (1 - t) ** 3 * a.x + 3 * t * (1 - t) * middle + t ** 3 * b.x;
      return { x, y: a.y + (b.y - a.y) * ease };
    });
  });
}

test.each(files)('in the game of %s no boxes overlap, and no line crosses one', async (file) => {
  const graph = gameGraph(await planOf(file));
  const { box, line, width, height } = arrangeGame(graph, outline);
  const boxes = graph.nodes.map(({ id }) => ({ id, ...box(id) }));
  for (const [i, a] of boxes.entries()) {
    expect(a.x + a.width / 2 <= width && a.y + a.height / 2 <= height).toBe(true);
    for (const b of boxes.slice(i + 1))
      expect(
        Math.abs(a.x - b.x) >= (a.width + b.width) / 2 || Math.abs(a.y - b.y) >= (a.height + b.height) / 2,
      ).toBe(true);
  }
  const crossed = graph.edges.flatMap(({ from, to }) =>
    along(line(from, to)).flatMap(({ x, y }) =>
      boxes
        .filter((each) => each.id !== from && each.id !== to)
        .filter((each) => Math.abs(x - each.x) < each.width / 2 && Math.abs(y - each.y) < each.height / 2)
        .map(({ id }) => `${from} -> ${to} crosses ${id}`),
    ),
  );
  expect(crossed).toEqual([]);
  // Lines go from a box's right side to another's left, and have their label where they are level.
  for (const { from, to, label: words } of graph.edges) {
    const { stretches, label } = line(from, to);
    const [[start], [, end]] = [stretches[0]!, stretches.at(-1)!];
    const [a, b] = [box(from), box(to)];
    expect(start.x).toBeCloseTo(a.x + a.width / 2);
    expect(end.x).toBeCloseTo(b.x - b.width / 2);
    expect(Math.abs(start.y - a.y) < a.height / 2 && Math.abs(end.y - b.y) < b.height / 2).toBe(true);
    const holds = ([p, q]: readonly [Point, Point]) => p.y === label.y && p.x <= label.x && label.x <= q.x;
    if (words !== '') expect(stretches.some(holds)).toBe(true);
  }
  // Updates stand in one column, at the end.
  const updates = graph.nodes.filter(({ kind }) => kind === 'update').map(({ id }) => box(id).x);
  expect(new Set(updates.map(Math.round)).size).toBe(1);
  expect(Math.max(...boxes.map(({ x }) => x))).toBe(Math.max(...updates));
});

test('gan plan --graph draws no ablation', async () => {
  const base = join(process.cwd(), 'recipes/pix2pix-maps-64.yaml');
  const vary = 'vary: { seed: { path: train.seed, values: [1, 2] } }';
  writeFileSync(join(work, 'seeds.yaml'), `name: seeds\nbase: ${base}\n${vary}\n`);
  const drawn = await gan(work, 'plan', 'seeds.yaml', '--graph', 'seeds.svg');
  expect([drawn.code, drawn.stderr]).toEqual([2, expect.stringContaining('this is an ablation')]);
});

test('gan plan --graph writes it', async () => {
  const recipe = join(process.cwd(), 'recipes/pix2pix-maps-64.yaml');
  const { code, stdout } = await gan(work, 'plan', recipe, '--graph', 'out.svg');
  expect(code).toBe(0);
  expect(stdout).toContain('out.svg');
  expect(readFileSync(join(work, 'out.svg'), 'utf8')).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/,
  );
  expect(await gan(work, 'plan', recipe, '--graph', 'new/folder/out.svg')).toMatchObject({ code: 0 });
  expect(await gan(work, 'plan', recipe, '--graph', 'out.svg/in.svg')).toMatchObject({
    code: 1,
    stderr: 'error out.svg/in.svg cannot be written: a part of its path is a file (EEXIST).\n',
  });
  expect(await gan(work, 'plan', recipe, '--graph', 'out.png')).toMatchObject({
    code: 2,
    stderr:
      'error --graph draws SVG, and the name out.png ends otherwise.\n  Name a file that ends in .svg; browsers and drawing programs make PNG or PDF of it.\n',
  });
});
