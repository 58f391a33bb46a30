import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { globSync } from 'tinyglobby';
import { afterAll, describe, expect, test } from 'vitest';
import { formatCall } from '../../src/core/call.js';
import { networkColour, updateColours } from '../../src/picture/colours.js';
import { gameGraph } from '../../src/picture/game-graph.js';
import { arrange } from '../../src/picture/layout.js';
import { twins } from '../../src/picture/network.js';
import { drawPlan } from '../../src/picture/picture.js';
import { planRecipe } from '../../src/plan/plan.js';
import { loadRecipe } from '../../src/recipe/load.js';
import { registry } from '../recipe/support.js';
import { gan } from '../support/gan.js';

const work = mkdtempSync(join(tmpdir(), 'gan-picture-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const planOf = async (file: string) => planRecipe((await loadRecipe(file, { registry })).recipe, registry);

const files = globSync('recipes/*.yaml').sort();

test('networks of one architecture are drawn once, by the names of all', async () => {
  const plan = await planOf('recipes/cyclegan-maps.yaml');
  const names = twins(plan, Object.values(plan.networks)).map((alike) => alike.map(({ name }) => name));
  expect(names).toEqual([
    ['D_A', 'D_B'],
    ['G_AB', 'G_BA'],
  ]);
  const svg = drawPlan(plan);
  expect(svg).toContain('aria-label="resnet, 11,378,179 parameters each"');
  expect(svg.match(/aria-label="block9"/g)).toHaveLength(1);
});

describe.each(files)('the picture of %s', (file) => {
  test('names every network, call, loss and update, in outlines that need no font', async () => {
    const plan = await planOf(file);
    const svg = drawPlan(plan);
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
  const svg = drawPlan(await planOf('recipes/pix2pix-maps.yaml'));
  expect(svg.match(/ d="M[\d. ]+C[\d. ]+"/g)).toHaveLength(7);
});

test('no two boxes overlap', async () => {
  const { nodes, edges } = gameGraph(await planOf('recipes/pix2pix-maps.yaml'));
  const { box } = arrange(
    nodes.map(({ id }) => ({ id, width: 120, height: 40 })),
    edges.map(({ from, to }) => ({ from, to, width: 20, height: 10 })),
  );
  const boxes = nodes.map(({ id }) => box(id));
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1))
      expect(Math.abs(a.x - b.x) >= 120 || Math.abs(a.y - b.y) >= 40).toBe(true);
});

test('gan plan --graph draws each of several phases, and no ablation', async () => {
  const recipe = join(process.cwd(), 'recipes/pix2pix-maps-64.yaml');
  const phases = '[{ id: pretrain, for: 1 epochs, change: { game.play: [G] } }, { for: 9 epochs }]';
  const set = ['--set', `train={ phases: ${phases}, batch: 1 }`];
  const { code, stdout } = await gan(work, 'plan', recipe, ...set, '--graph', 'staged.svg');
  expect([code, stdout.split('\n').at(-2)]).toEqual([0, 'graph     staged-pretrain.svg, staged-p2.svg']);
  expect(readFileSync(join(work, 'staged-pretrain.svg'), 'utf8')).not.toEqual(
    readFileSync(join(work, 'staged-p2.svg'), 'utf8'),
  );

  const vary = 'vary: { seed: { path: train.seed, values: [1, 2] } }';
  writeFileSync(join(work, 'seeds.yaml'), `name: seeds\nbase: ${recipe}\n${vary}\n`);
  const trials = await gan(work, 'plan', 'seeds.yaml');
  expect([trials.code, trials.stdout]).toEqual([0, expect.stringContaining('2 trials, 2 runs')]);
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
});
