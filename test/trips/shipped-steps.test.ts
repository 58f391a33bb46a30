import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readdir } from 'node:fs/promises';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { planRecipe } from '../../src/plan/plan.js';
import { loadRecipe } from '../../src/recipe/node.js';
import { Game, noiseBatch, playStep } from '../../src/trainers/index.js';
import { registry } from '../recipe/support.js';

/** Each game at a size that the plain engine can play in a second or so; depth is in the way of making pix2pix smaller. */
const SMALL: Readonly<Record<string, readonly string[]>> = {
  'acgan.yaml': ['data.images.size=16', 'networks.*.filters=4', 'train.batch=2'],
  'bicyclegan.yaml': [
    'data.pairs.size=32',
    'networks.*.filters=4',
    'networks.G.depth=5',
    'networks.D_encoded.patch=16',
    'networks.D_encoded.filters=4',
  ],
  'context-encoder.yaml': [
    'networks.G.encoder.*.filters=4',
    'networks.G.decoder.*.filters=4',
    'networks.D.filters=4',
    'train.batch=2',
  ],
  'cyclegan-maps.yaml': [
    'data.*.size=16',
    'data.*.augment=null',
    'networks.*.filters=4',
    'networks.G_AB.blocks=1',
    'networks.D_A.patch=16',
    'game.tensors.*.size=2',
  ],
  'dcgan.yaml': ['data.images.size=16', 'networks.*.filters=4', 'train.batch=2'],
  'hinge-r1-maps.yaml': [
    'data.pairs.size=32',
    'data.pairs.augment=null',
    'networks.G={ type: unet, depth: 5, filters: 4 }',
    'networks.D={ patch: 16, filters: 4 }',
  ],
  'sagan.yaml': ['data.images.size=16', 'networks.*.filters=8', 'networks.*.attention=8', 'train.batch=2'],
  'wgan-gp.yaml': ['data.images.size=16', 'networks.*.filters=4', 'train.batch=2'],
};

/** Stepped, in their small form, in tests of their own: trainers/, run/ and cli/. */
const PIX2PIX = /^(pix2pix-maps|tutorial)/;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu', { threads: 1 });
});
afterAll(() => engine.close());

describe('games of recipes/ that are not pix2pix’s', () => {
  test('are all stepped here', async () => {
    const files = (await readdir('recipes')).filter((file) => file.endsWith('.yaml') && !PIX2PIX.test(file));
    expect(Object.keys(SMALL).sort()).toEqual(files.sort());
  });

  test.each(Object.entries(SMALL))('%s', async (file, set) => {
    const { recipe, locate } = await loadRecipe(`recipes/${file}`, { registry, set });
    const plan = planRecipe(recipe, registry, locate);
    const game = new Game({ plan, engine, registry });
    // The first in which every update and every loss is due.
    const steps = Object.values(plan.updates).flatMap(({ every, losses }) => [
      every,
      ...losses.map((loss) => loss.every),
    ]);
    const step = Math.max(...steps);
    const before = await weightsOf(game);
    const { losses } = await playStep(game, noiseBatch(plan, step), step, { steps: step, stepsPerEpoch: 1 });
    const named = Object.values(plan.updates).flatMap((update) =>
      update.losses.map(({ name }) => `${update.name}/${name}`),
    );
    expect(Object.keys(losses)).toEqual(expect.arrayContaining(named));
    expect(Object.values(losses).filter((value) => !Number.isFinite(value))).toEqual([]);
    // Every network that is trained has moved.
    const after = await weightsOf(game);
    for (const network of Object.keys(plan.networks)) expect(after[network]).not.toEqual(before[network]);
    game.dispose();
  });
});

async function weightsOf(game: Game): Promise<Record<string, readonly Float32Array[]>> {
  const weights: Record<string, readonly Float32Array[]> = {};
  for (const [name, network] of game.networks)
    weights[name] = await Promise.all(
      network.trainable.map(async ({ variable }) => (await variable.data<'float32'>()).slice()),
    );
  return weights;
}
