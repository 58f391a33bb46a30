import { expect, test } from 'vitest';
import { imageConverter } from '../../src/trainers/picture.js';
import { planOf } from '../support/plan.js';

/** A label, one drawn like it, a vector that is none, and labels in the colours of a palette. */
const RECIPE = `
name: shown
data:
  images: { type: class-folders, path: shapes, fields: { real: image, label: { from: class, classes: [cat, dog, cow] } }, size: 16 }
  pairs: { type: side-by-side, path: maps, fields: { map: { from: left, as: labels, palette: ["#ff0000", "#0000ff"] } }, size: 16 }
networks:
  G: { type: dcgan-generator, filters: 4, output: { channels: 3, activation: tanh } }
  D: { type: patchgan, patch: 16, filters: 4 }
game:
  tensors:
    y: { type: random-label, of: label }
    z: { type: noise, size: 5 }
    fake: G(z, y)
  updates:
    D: { losses: { adversarial: { type: bce, real: "D(real, map)", fake: "D(fake, map)" } } }
    G: { losses: { adversarial: { type: bce, fool: "D(fake, map)" } } }
  play: [D, G]
  outputs: { fake: { from: y, reference: real } }
optimizer: { type: adam, learning_rate: 2e-4 }
train: { for: 1 step }
`;

test('classes are shown by name, other vectors as squares, labels in their colours', async () => {
  const plan = await planOf(RECIPE);
  expect(imageConverter(plan, 'label')(Float32Array.of(0, 0, 1), [3])).toBe('cow');
  expect(imageConverter(plan, 'y')(Float32Array.of(0, 1, 0), [3])).toBe('dog');
  expect(imageConverter(plan, 'z')(Float32Array.of(-1, 1, 0, -1, 1), [5])).toEqual({
    width: 3,
    height: 3,
    channels: 1,
    data: Uint8Array.of(0, 255, 128, 0, 255, 255, 255, 255, 255),
  });
  expect(imageConverter(plan, 'map')(Float32Array.of(1, 0, 0.2, 0.8), [1, 2, 2])).toEqual({
    width: 2,
    height: 1,
    channels: 3,
    data: Uint8Array.of(255, 0, 0, 0, 0, 255),
  });
});

const GAME = 'game.tensors.hole={ type: random-mask, of: real }';
const LABELS =
  'data.images.fields.real={ from: image, as: labels, palette: ["#010203", "#040506", "#070809"] }';
test.each([
  ['an image', 'fake', [], [-1, 0, 1], [1, 1, 3], [0, 128, 255]],
  ['an image, cut at both ends', 'fake', [], [-2, 2, 0.5], [1, 3, 1], [0, 255, 191]],
  ['what has no three channels, by their mean', 'fake', [], [-1, 0, 1, 1, -1, -1], [1, 3, 2], [64, 255, 0]],
  ['what has four as it is', 'fake', [], [-1, 0, 1, 1], [1, 1, 4], [0, 128, 255, 255]],
  [
    'a mask, which is nothing or all',
    'hole',
    [GAME, 'game.outputs.hole={}'],
    [0.4, 0.6],
    [1, 2, 1],
    [0, 255],
  ],
  [
    'an output like its labels, of equals the first',
    'fake',
    [LABELS],
    [0, 5, 5, 1, 0, 2],
    [2, 1, 3],
    [4, 5, 6, 7, 8, 9],
  ],
])('%s', async (_what, name, set, values, shape, data) => {
  const plan = await planOf(RECIPE, set);
  const [height, width] = shape;
  const channels = data.length / (height! * width!);
  expect(imageConverter(plan, name)(Float32Array.from(values), shape)).toEqual({
    width,
    height,
    channels,
    data: Uint8Array.from(data),
  });
});

test('a class whose name is not known is shown by its number', async () => {
  const plan = await planOf(RECIPE, ['data.images.fields.label.classes=3']);
  expect(imageConverter(plan, 'y')(Float32Array.of(0, 1, 0), [3])).toBe('1');
});
