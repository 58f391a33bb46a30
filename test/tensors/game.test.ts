import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { Game, makeImages, noiseBatch, playStep } from '../../src/trainers/index.js';
import { planOf, registry } from '../support/plan.js';

const RUN = { steps: 10, stepsPerEpoch: 5 };

/** Inpainting as in a published game, its mask drawn; one tensor of every kind that works on images. */
const INPAINTING = `
name: inpainting
data:
  photos: { type: synthetic-maps, fields: { photo: left }, size: 16 }
networks:
  G: { type: unet, depth: 3, filters: 4, norm: instance, output: { channels: 3, activation: tanh } }
  D: { type: patchgan, patch: 16, filters: 4, norm: instance }
game:
  tensors:
    mask: { type: random-mask, of: photo, area: 0.25 }
    holed: { type: erase, of: photo, where: mask }
    sketch: { type: edges, of: holed }
    colourless: { type: grey, of: holed }
    low: { type: downscale, of: photo, factor: 2 }
    fake: "G(holed, sketch, colourless, mask)"
    whole: { type: blend, of: fake, to: photo, where: mask }
    mixed: { type: interpolate, of: photo, to: whole }
    low_whole: { type: downscale, of: whole, factor: 2 }
  updates:
    D:
      losses:
        critic: { type: wgan, real: "D(photo, mask)", fake: "D(whole, mask)" }
        between: { type: wgan, fake: "D(mixed, mask)" }
    G:
      losses:
        critic: { type: wgan, fool: "D(whole, mask)" }
        hole: { type: l1, of: fake, to: photo, where: mask, weight: 100 }
        low: { type: l1, of: low_whole, to: low }
  play: [D, G]
  outputs:
    whole: { from: [photo, mask], reference: photo }
optimizer: { type: adam, learning_rate: 2e-4, beta1: 0 }
train: { for: 6 steps, batch: 2, seed: 1 }
`;

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('ort');
});
afterAll(() => engine.close());

test('a game of drawn masks learns by what they hide, and a step repeats', async () => {
  const played: Readonly<Record<string, number>>[] = [];
  for (const steps of [
    [1, 2],
    [1, 2],
    [1, 3],
  ]) {
    const plan = await planOf(INPAINTING);
    const game = new Game({ plan, engine, registry });
    for (const step of steps) {
      // One batch for all, so that what differs is what is drawn.
      const { losses } = await playStep(game, noiseBatch(plan, 1), step, RUN);
      played.push(losses);
    }
    game.dispose();
  }
  const [first, second, firstAgain, secondAgain, , third] = played;
  expect(firstAgain).toEqual(first);
  expect(secondAgain).toEqual(second);
  expect(third!['G/hole']).not.toBe(second!['G/hole']);
  expect(Object.values(first!).every(Number.isFinite)).toBe(true);
});

test('in outputs the mask is the same whenever they are made, and what lies outside is the photograph', async () => {
  const plan = await planOf(INPAINTING);
  const game = new Game({ plan, engine, registry });
  const batch = noiseBatch(plan, 1, 1);
  const make = (index: number, draw = 0) => makeImages(game, batch, index, ['mask', 'whole', 'photo'], draw);
  const [made, again, other, redrawn] = [await make(0), await make(0), await make(1), await make(0, 1)];
  expect(again).toEqual(made);
  expect(other['mask']).not.toEqual(made['mask']);
  expect(redrawn['mask']).not.toEqual(made['mask']);
  const [mask, whole, photo] = ['mask', 'whole', 'photo'].map((name) => made[name]!.data);
  const inside = [...mask!].map((value) => value === 255);
  expect(inside.filter(Boolean).length).toBe(64);
  const changed = inside.map((_, i) =>
    [0, 1, 2].some((channel) => whole![3 * i + channel] !== photo![3 * i + channel]),
  );
  expect(changed).toEqual(inside);
  game.dispose();
});
