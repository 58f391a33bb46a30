import { describe, expect, test } from 'vitest';
import { EXAMPLE } from '../../../src/recipe/messages/codes/example.js';
import { parseRecipe } from '../../../src/recipe/node.js';
import type { Overrides } from '../../../src/recipe/read/overrides.js';
import { complaints, parse, REFERENCE, registry } from '../support.js';

const TWO_SOURCES = REFERENCE.replace('networks:\n', 'networks:\n').replace(
  '\nnetworks:',
  '  others:\n    type: side-by-side\n    path: others\n    fields: { other: left }\n    size: 256\n\nnetworks:',
);

describe('--set', () => {
  const setting = async (...set: string[]) => (await parse(REFERENCE, { set })).recipe;

  test('reaches entries of lists by id', async () => {
    const recipe = await setting('networks.G.encoder.e2.filters=96');
    expect(recipe.networks['G']!['encoder']).toContainEqual(
      expect.objectContaining({ id: 'e2', filters: 96 }),
    );
  });

  test('stands for every name with *', async () => {
    const { game } = await setting('game.updates.*.losses.adversarial.type=hinge');
    expect(game.updates['D']!.losses['adversarial']!.type).toBe('hinge');
    expect(game.updates['G']!.losses['adversarial']!.type).toBe('hinge');
  });

  test('reaches with * only where the whole rest of the path exists', async () => {
    const { game } = await setting('game.updates.*.losses.l1.weight=1');
    expect(Object.keys(game.updates['D']!.losses)).toEqual(['adversarial']);
    expect(game.updates['G']!.losses['l1']!.weight).toBe(1);
  });

  test('later ones win', async () => {
    expect((await setting('train.seed=1', 'train.seed=2')).train.seed).toBe(2);
  });

  test('is what an error about its value points at', async () => {
    const set = ['game.updates.D.losses.adversarial.type=hingee', 'networks.D.patch=tall', 'trian.seed=1'];
    expect(await complaints(REFERENCE, { set })).toMatchInlineSnapshot(`
      "--set error unknown-key  "trian" is not a key of the recipe.
         | trian.seed=1
         | ^^^^^
        Did you mean "train"? Keys: checkpoint, data, evaluate, game, name, networks, optimizer, sample, summary, train.

      --set error unknown-choice  "tall" is not a choice for "patch".
         | networks.D.patch=tall
         |                  ^^^^
        Choices: image. Or a whole number of at least 1.

      --set error unknown-loss  There is no loss "hingee".
         | game.updates.D.losses.adversarial.type=hingee
         |                                        ^^^^^^
        Did you mean "hinge"? Losses: bce, cross-entropy, gradient-penalty, hinge, l1, l2, lsgan, patch-nce, r1, relativistic, wgan."
    `);
  });
});

describe('--data', () => {
  const source = async (data: readonly string[], text = REFERENCE) =>
    (await parse(text, { overrides: { data }, cwd: '/home/me' })).recipe.data;

  test('replaces the path of a named source', async () => {
    const data = await source(['others=/data/x'], TWO_SOURCES);
    expect(data['others']!.path).toBe('/data/x');
    expect(data['pairs']!.path).toBe('maps');
  });

  test('makes a source synthetic, its fields and size kept', async () => {
    const { pairs } = await source(['synthetic']);
    expect(pairs).toMatchObject({
      type: 'synthetic-maps',
      size: { height: 256, width: 256 },
      fields: { source: { from: 'left' } },
    });
    expect(pairs).not.toHaveProperty('path');
    expect((await source(['pairs=synthetic']))['pairs']!.type).toBe('synthetic-maps');
  });

  test('is told where it does not say which source, or says none', async () => {
    expect(await complaints(TWO_SOURCES, { overrides: { data: ['photos', 'other=photos'] } }))
      .toMatchInlineSnapshot(`
      "--data error which-source  This recipe has several sources.
         | photos
         | ^^^^^^
        Write --data NAME=PATH, with NAME one of pairs, others.

      --data error unknown-source  There is no source "other" in this recipe.
         | other=photos
         | ^^^^^^^^^^^^
        Did you mean "others"? Sources: others, pairs."
    `);
  });
});

describe('for', () => {
  test('is told where it is not a duration', async () => {
    expect(await complaints(REFERENCE, { overrides: { for: '500' } })).toMatchInlineSnapshot(`
      "--for error bad-duration  "500" is not a duration.
         | 500
         | ^^^
        Write it as, for example, 200 epochs or 500 steps."
    `);
  });
});

describe('what wins', () => {
  const changed = async (set: readonly string[], overrides: Overrides = {}) => {
    const options = { registry, set, overrides, cwd: '/home/me', file: 'r/mine.yaml' };
    return (await parseRecipe(EXAMPLE, options)).recipe;
  };

  test('--set over --data and --for, those over the file', async () => {
    const overrides = { data: ['x', 'pairs=y'], for: '5 steps' };
    expect(await changed([], overrides)).toMatchObject({
      train: { for: '5 steps' },
      data: { pairs: { path: '/home/me/y' } },
    });
    expect(await changed(['train.for=7 steps', 'data.pairs.path=z'], overrides)).toMatchObject({
      train: { for: '7 steps' },
      data: { pairs: { path: 'z' } },
    });
  });

  test.each([
    // A value may have equals signs, and is beside the current folder; the recipe is in /home/me/r.
    ['summary=a=b', 'summary', 'a=b'],
    ['data.pairs.path=./x', 'data.pairs.path', '../x'],
    ['data.pairs.path=../x', 'data.pairs.path', '../../x'],
    ['data.pairs.path=r/x', 'data.pairs.path', 'r/x'],
  ])('--set %s', async (set, path, value) => {
    expect(await changed([set])).toHaveProperty(path, value);
  });

  test.each([
    ['photos', 'side-by-side', '/home/me/photos'],
    ['/data/maps', 'side-by-side', '/data/maps'],
    ['images', 'side-by-side', '/home/me/images'],
    ['pairs=a=b', 'side-by-side', '/home/me/a=b'],
    ['./a=b', 'side-by-side', '/home/me/a=b'],
    ['synthetic-map', 'side-by-side', '/home/me/synthetic-map'],
    ['synthetic-maps', 'synthetic-maps', undefined],
    ['pairs=synthetic', 'synthetic-maps', undefined],
  ])('--data %s', async (data, type, path) => {
    const { type: made, path: written } = (await changed([], { data: [data] })).data['pairs']!;
    expect([made, written]).toEqual([type, path]);
  });

  test.each([
    ['{ for: 1 epoch }', /^nothing$/],
    ['{ for: 1 epoch, change: { train.batch: 4 } }', /^--for error has-phases/],
    ['{ for: 1 epoch }, { for: 1 epoch }', /^--for error has-phases/],
  ])('--for is the length of a single phase without changes: %s', async (phases, expected) => {
    const text = EXAMPLE.replace('for: 100 epochs', `phases: [${phases}]`);
    expect(await complaints(text, { overrides: { for: '3 steps' } })).toMatch(expected);
  });

  test.each([
    ['=2', /^--set error bad-set/],
    ['train.seed= ', /^--set error missing-value/],
    ['train.=2', /^--set error bad-path/],
  ])('--set %s is no assignment', async (set, expected) => {
    expect(await complaints(EXAMPLE, { set: [set] })).toMatch(expected);
  });
});
