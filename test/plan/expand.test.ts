import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { expandRecipe } from '../../src/plan/expand.js';
import { type PhasePlan, planPhases } from '../../src/plan/phases.js';
import type { Plan } from '../../src/plan/types.js';
import type { LoadedRecipe } from '../../src/recipe/load.js';
import { loadRecipe, parseRecipe } from '../../src/recipe/node.js';
import { Game, playStep } from '../../src/trainers/index.js';
import { noiseBatch } from '../support/batch.js';
import { registry, TINY_RECIPE } from '../support/plan.js';
import { stateOf } from '../support/state.js';
import { CLASSES } from './support.js';

const textOf = (loaded: LoadedRecipe): string =>
  expandRecipe(loaded, registry)
    .lines.map(({ text }) => text)
    .join('\n');
const expanded = async (loaded: LoadedRecipe): Promise<LoadedRecipe> =>
  parseRecipe(textOf(loaded), { registry, file: loaded.file });

/** All of a plan but how its networks were written. */
function planned({ plan, ...phase }: PhasePlan) {
  const { recipe: _, networks, ...rest } = plan;
  const written = Object.values(networks).map(({ type: _type, layers, ...network }) => ({
    ...network,
    layers: layers.map(({ config: { id, type }, ...layer }) => ({ id, type, ...layer })),
  }));
  return { ...phase, ...rest, networks: written };
}

async function expectSamePlans(loaded: LoadedRecipe): Promise<void> {
  const again = await expanded(loaded);
  expect(again.warnings).toEqual(loaded.warnings);
  for (const { type } of Object.values(again.recipe.networks)) expect(type).toBe('layers');
  expect(planPhases(again, registry).map(planned)).toEqual(planPhases(loaded, registry).map(planned));
}

const recipes = (await readdir('recipes')).filter((file) => file.endsWith('.yaml'));

describe('the recipe at the lowest level', () => {
  test.each(recipes)('of recipes/%s is a recipe with the same plan', async (file) => {
    const loaded = await loadRecipe(`recipes/${file}`, { registry });
    await expectSamePlans(loaded);
    // What is at the lowest level already stays as it is.
    const again = await expanded(loaded);
    expect(textOf(again).replace(/ +# .*\n/g, '')).toBe(textOf(loaded).replace(/ +# .*\n/g, ''));
  });

  test('says of each layer its shape, its parameters and what it sees', async () => {
    const text = textOf(await parseRecipe(TINY_RECIPE, { registry }));
    expect(text).toContain('  # patchgan: 16x16x6 -> 6x6x1, 1,045 parameters, ');
    expect(text).toContain(
      '      # 8x8x4, 388 parameters, sees 4x4 pixels\n' +
        '      - { id: c1/conv, type: conv, filters: 4, stride: 2, bias: true, kernel: 4, padding: 1, init: 0.02, weight_norm: none }\n',
    );
  });

  test('has the networks of each phase, where a phase changes them', async () => {
    const text = TINY_RECIPE.replace(
      'train: { for: 6 steps, batch: 2, seed: 1 }',
      `train:
  phases:
    - { id: first, for: 2 steps }
    - { id: second, for: 2 steps, change: { networks.G.decoder.d2.dropout: 0.2, game.updates.G.losses.l1.weight: 10 } }
    - { id: third, for: 2 steps, change: { data.pairs.size: 32, data.pairs.augment.jitter: 34, train.batch: 1 } }
  batch: 2
  seed: 1`,
    );
    const loaded = await parseRecipe(text, { registry });
    await expectSamePlans(loaded);
    const { phases = [] } = (await expanded(loaded)).recipe.train;
    expect(phases.map(({ change = {} }) => Object.keys(change))).toEqual([
      [],
      ['game.updates.G.losses.l1.weight', 'networks.G'],
      ['data.pairs.size', 'data.pairs.augment.jitter', 'train.batch'],
    ]);
  });

  test('leaves a network that nothing uses as it was written, and says so', async () => {
    const loaded = await parseRecipe(TINY_RECIPE, { registry, set: ['networks.E={ type: unet, depth: 2 }'] });
    expect(textOf(loaded)).toContain(
      '  # E is not used anywhere and stays as it was written\n  E:\n    type: unet\n',
    );
  });

  test('says where relative paths begin, if there are any', async () => {
    const noteOf = async (path: string) => {
      const source = `data.pairs={ type: side-by-side, path: ${path}, fields: { source: left, target: right }, size: 16 }`;
      const loaded = await parseRecipe(TINY_RECIPE, { registry, set: [source] });
      return textOf({ ...loaded, folder: '/here' }).startsWith(
        '# Paths that begin with ./ or ../ start from /here.',
      );
    };
    expect(await Promise.all(['./maps', '../maps', 'maps', 'a/../maps'].map(noteOf))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('is there for all knobs of families', async () => {
    const norm = fc.constantFrom('batch', 'instance', 'none', '{ type: instance, affine: true }');
    const G = fc.oneof(
      fc
        .record({
          depth: fc.integer({ min: 2, max: 3 }),
          norm,
          upsample: fc.constantFrom('transposed-conv', 'resize-conv', 'pixel-shuffle', 'dilated-conv'),
          dropout: fc.constantFrom(0, 0.5),
        })
        .map(
          ({ depth, norm: n, upsample, dropout }) =>
            `{ type: unet, filters: 2, depth: ${depth}, norm: ${n}, upsample: ${upsample}, dropout: ${dropout} }`,
        ),
      fc
        .record({ blocks: fc.integer({ min: 1, max: 3 }), norm })
        .map(({ blocks, norm: n }) => `{ type: resnet, filters: 2, blocks: ${blocks}, norm: ${n} }`),
      fc.constantFrom(
        '{ type: coarse-to-fine, filters: 2 }',
        '{ type: encoder-decoder, encoder: [{ filters: 3 }], decoder: [] }',
      ),
    );
    const D = fc
      .record({
        patch: fc.constantFrom('1', '16', 'image'),
        scales: fc.integer({ min: 1, max: 2 }),
        weight: fc.constantFrom('none', 'spectral'),
        padding: fc.constantFrom('1', '2', 'same'),
        init: fc.constantFrom('0.02', 'he', '{ type: orthogonal, gain: 2 }'),
      })
      .map(
        (knobs) =>
          `{ type: patchgan, filters: 2, patch: ${knobs.patch}, scales: ${knobs.scales}, weight_norm: ${knobs.weight}, padding: ${knobs.padding}, init: ${knobs.init} }`,
      );
    await fc.assert(
      fc.asyncProperty(G, D, async (g, d) => {
        const set = ['data.pairs.size=32', 'data.pairs.augment.jitter=36'];
        const text = TINY_RECIPE.replace(/networks:[^]*game:/, `networks:\n  G: ${g}\n  D: ${d}\ngame:`);
        await expectSamePlans(await parseRecipe(text, { registry, set }));
      }),
      { numRuns: 25 },
    );
  });
});

const RUN = { steps: 4, stepsPerEpoch: 2 };

/** A game of two generators like each other, pools of images, parts and lists of features. */
const CYCLE = `
name: cycle
data:
  photos: { type: synthetic-maps, fields: { A: left }, size: 16 }
  maps: { type: synthetic-maps, fields: { B: right }, size: 16 }
networks:
  G_AB: { type: resnet, blocks: 1, filters: 3, norm: instance }
  G_BA: { like: G_AB, ema: 0.9 }
  D: { type: patchgan, patch: 16, filters: 3, scales: 2, weight_norm: spectral, norm: none }
game:
  tensors:
    fake: G_AB(A)
    back: G_BA(fake)
    old: { type: image-pool, of: fake, size: 3 }
  updates:
    G:
      train: [G_AB, G_BA]
      losses:
        fool: { type: hinge, fool: D(fake) }
        features: { type: l1, of: D.features(fake), to: D.features(B), weight: 2 }
        block: { type: l2, of: D.s1(fake), to: D.s1(B) }
        cycle: { type: l1, of: back, to: A, weight: 10 }
    D: { losses: { hinge: { type: hinge, real: D(B), fake: D(old) } } }
  play: [G, D]
  outputs: { fake: { from: A, reference: B } }
optimizer: { type: adam, learning_rate: 1e-3, beta1: 0.5 }
train: { for: 4 steps, batch: 2, seed: 5 }
`;

test('at the lowest level it is written how many classes there are, where a head says so', async () => {
  const loaded = await parseRecipe(CLASSES, { registry });
  const again = await expanded(loaded);
  expect(again.recipe.data['images']!.fields['label']).toEqual({ from: 'class', as: 'class', classes: 7 });
  for (const { recipe } of again.phases)
    expect(recipe.data['images']!.fields['label']).toMatchObject({ classes: 7 });
  const [first] = planPhases(loaded, registry);
  const [second] = planPhases(again, registry);
  expect(first!.plan.fields['label']).toMatchObject({ shape: [7], count: 'deduced' });
  expect(second!.plan.fields['label']).toMatchObject({ shape: [7] });
  expect(second!.plan.tensors.map(({ name, shape }) => [name, shape])).toEqual(
    first!.plan.tensors.map(({ name, shape }) => [name, shape]),
  );
});

describe('trains to the same bits', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('ort');
  });
  afterAll(() => engine.close());

  const trained = async (plan: Plan) => {
    const game = new Game({ plan, engine, registry });
    const losses: unknown[] = [];
    for (let step = 1; step <= RUN.steps; step++)
      losses.push((await playStep(game, noiseBatch(plan, step), step, RUN)).losses);
    const state = await stateOf(game, RUN.steps);
    game.dispose();
    return { losses, state };
  };

  test.each([
    [
      'dropout, batch norm, averages',
      TINY_RECIPE,
      ['networks.G.ema=0.9', 'networks.G.inference.batch_statistics=false'],
    ],
    [
      'a U-Net with dropout, and orthogonal starts',
      TINY_RECIPE.replace(
        / {2}G:\n[^]*? {2}D:/,
        '  G: { type: unet, depth: 3, filters: 4, dropout: 0.5, init: orthogonal }\n  D:',
      ),
      [],
    ],
    ['classes that only a head counts', CLASSES, []],
    [
      'like, pools, parts, features, spectral norm',
      CYCLE.replace('D.s1(fake)', '"D.s1/c1(fake)"').replace('D.s1(B)', '"D.s1/c1(B)"'),
      [],
    ],
  ])('%s', async (_, text, set) => {
    const loaded = await parseRecipe(text, { registry, set });
    const [first] = planPhases(loaded, registry);
    const [again] = planPhases(await expanded(loaded), registry);
    const [a, b] = [await trained(first!.plan), await trained(again!.plan)];
    expect(Object.keys(a.state.networks).length).toBeGreaterThan(1);
    expect(b).toEqual(a);
  });
});
