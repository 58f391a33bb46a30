import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { predictHint } from '../../src/cli/predict-hint.js';
import { planOf, TINY_RECIPE } from '../support/plan.js';

test.each([
  ['an image from an image', TINY_RECIPE, 'gan predict runs/a/1 IMAGES --out DIR'],
  ['an image from noise', 'recipes/dcgan.yaml', 'gan predict runs/a/1 --count 16 --out DIR'],
  [
    'an image from a class that may be drawn',
    'recipes/acgan.yaml',
    'gan predict runs/a/1 --count 16 --out DIR',
  ],
  ['several outputs', 'recipes/cyclegan-maps.yaml', 'gan predict runs/a/1 IMAGES --output fake_A --out DIR'],
  [
    'an image from two images',
    TINY_RECIPE.replace('from: source, reference', 'from: [source, target], reference'),
    'gan predict runs/a/1 --input source=PATH --input target=PATH --out DIR',
  ],
  [
    'no output',
    TINY_RECIPE.replace(/ {2}outputs:\n.*\n/, '').replace('play:', 'outputs: {}\n  play:'),
    undefined,
  ],
])('the command proposed after training says what the output takes: %s', async (_, recipe, expected) => {
  const text = recipe.endsWith('.yaml') ? await readFile(recipe, 'utf8') : recipe;
  expect(predictHint('runs/a/1', await planOf(text))).toBe(expected);
});
