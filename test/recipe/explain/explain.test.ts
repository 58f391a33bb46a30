import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { formatExplained } from '../../../src/cli/explain.js';
import { UserError } from '../../../src/core/errors.js';
import { type Explanation, explainRecipe } from '../../../src/recipe/explain/explain.js';
import { freezeRecipe, type LoadOptions, analyseRecipe } from '../../../src/recipe/node.js';
import { registry } from '../support.js';

const BASE = `name: base
data:
  pairs: { type: side-by-side, path: maps, fields: { source: left, target: right }, size: 32 }
networks:
  G:
    type: encoder-decoder
    norm: instance
    encoder: [{ id: e1, filters: 4 }, { id: e2, filters: 8, norm: none }]
    decoder: [{ filters: 4, skip: e1 }]
  D: { type: patchgan, patch: 16, filters: 4 }
  D2:
    like: D
    patch: 34
game:
  tensors: { fake: G(source) }
  updates:
    D:
      train: [D, D2]
      losses:
        a: { type: bce, real: D(target), fake: D(fake) }
        b: { type: bce, real: D2(target), fake: D2(fake) }
    G:
      optimizer: { learning_rate: 1e-3 }
      losses: { a: { type: bce, fool: D(fake) }, l1: { type: l1, of: fake, to: target, weight: 100 } }
  play: [D, G]
  outputs: { fake: { reference: target } }
optimizer: { type: adam, beta1: 0.5, learning_rate: 2e-4 }
train: { for: 10 epochs, batch: 4 }
`;
const MIDDLE = `extends: ./base.yaml
name: middle
train: { batch: 2 }
`;
const TOP = `extends: ./middle.yaml
name: top
networks:
  G: { type: unet, depth: 3 }
train: { batch: 8 }
`;

describe('explain', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'explain-'));
    for (const [name, text] of Object.entries({ base: BASE, middle: MIDDLE, top: TOP }))
      await writeFile(join(folder, `${name}.yaml`), text);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const explain = async (
    file: string,
    part?: string,
    options: Omit<LoadOptions, 'registry'> = {},
  ): Promise<Explanation> =>
    explainRecipe(await analyseRecipe(file, { registry, cwd: folder, ...options }), part);
  /** Comment by path, of values on lines of their own. */
  const remark = async (file: string, path: string, options: Omit<LoadOptions, 'registry'> = {}) =>
    (await explain(file, path, options)).lines[0]!.comment;

  test.each([
    ['networks.D.patch', 'base.yaml:10'],
    ['networks.D.padding', 'default'],
    ['networks.D2.filters', 'base.yaml:10, through like: D'],
    ['networks.D2.patch', 'base.yaml:13; was 16 in base.yaml:10'],
    ['networks.G.encoder.e2.filters', 'base.yaml:8'],
    ['networks.G.encoder.e2.stride', 'default'],
    ['networks.G.decoder.d1.skip', 'base.yaml:9'],
    ['game.updates.D.optimizer.beta1', 'base.yaml:27, through optimizer'],
    ['game.updates.G.optimizer.learning_rate', 'base.yaml:23; was 0.0002 in base.yaml:27'],
    ['game.updates.D.losses.a.weight', 'default'],
    ['game.updates.G.losses.l1.weight', 'base.yaml:24'],
    ['train.for', 'base.yaml:28'],
    ['data.pairs.size.height', 'base.yaml:3'],
  ])('%s: %s', async (path, expected) => {
    expect(await remark('base.yaml', path)).toBe(expected);
  });

  test.each<[string, string, Omit<LoadOptions, 'registry'>]>([
    ['data.pairs.path', '--data /x; was maps in base.yaml:3', { overrides: { data: ['/x'] } }],
    [
      'networks.D2.filters',
      '--set networks.D.filters=6, through like: D; was 4 in base.yaml:10',
      { set: ['networks.D.filters=6'] },
    ],
    [
      'networks.D2.filters',
      '--set networks.D2.filters=6; was 4 in base.yaml:10',
      { set: ['networks.D2.filters=6'] },
    ],
  ])('%s: %s, where a flag says so', async (path, expected, options) => {
    expect(await remark('base.yaml', path, options)).toBe(expected);
  });

  test('a list is one value, replaced as a whole; what one update leaves of the order is understood', async () => {
    const play = async (...set: string[]) => (await explain('base.yaml', 'game.play', { set })).values;
    expect(await play('game.play=[[D, G]]')).toMatchObject([
      {
        value: [['D', 'G']],
        origin: { kind: 'option', before: [{ value: ['D', 'G'], origin: { line: 25 } }] },
      },
    ]);
    const l1 = 'losses: { a: null, l1: { weight: 1 } }';
    expect(
      await play('game.play=null', 'game.updates={ D: null }', `game.updates.G={ ${l1} }`),
    ).toMatchObject([{ value: ['G'], origin: { kind: 'understood', from: 'the only update' } }]);
  });

  test('values of one origin share a line', async () => {
    const { lines } = await explain('middle.yaml', undefined, { set: ['data.pairs.size={ height: 64 }'] });
    const texts = lines.map(({ text, comment }) => `${text} # ${comment ?? ''}`);
    expect(texts.slice(texts.indexOf('    fields: # ') + 1, texts.indexOf('networks: # '))).toEqual([
      '      source: # ',
      '        from: left # base.yaml:3',
      '        as: rgb # default',
      '      target: # ',
      '        from: right # base.yaml:3',
      '        as: rgb # default',
      '    size: # ',
      '      height: 64 # --set data.pairs.size={ height: 64 }; was 32 in base.yaml:3',
      '      width: 32 # base.yaml:3',
      '    fit: fill # default',
      '    interpolation: bicubic # default',
      '    augment: { flip: none } # default',
    ]);
  });

  test('what follows from the rest of the recipe is understood', async () => {
    const { values } = await explain('base.yaml', 'game');
    const of = (path: string) => values.find((value) => value.path === path);
    expect(of('game.updates.G.train')).toMatchObject({
      value: ['G'],
      origin: { kind: 'understood', from: 'the name of the update' },
    });
    expect(of('game.outputs.fake.from')).toMatchObject({
      value: ['source'],
      origin: { kind: 'understood', from: 'the fields it depends on' },
    });
    expect(of('game.updates.D.train')?.origin).toMatchObject({ kind: 'written', line: 18, column: 14 });
  });

  test('a value of a chain tells all files that wrote it, the last one first', async () => {
    expect(await remark('top.yaml', 'train.batch')).toBe(
      'top.yaml:5; was 2 in middle.yaml:3, before that 4 in base.yaml:28',
    );
    expect(await remark('top.yaml', 'train.batch', { set: ['train.batch=1'] })).toBe(
      '--set train.batch=1; was 8 in top.yaml:5, before that 2 in middle.yaml:3, before that 4 in base.yaml:28',
    );
    expect(await remark('top.yaml', 'train.for', { overrides: { for: '3 steps' } })).toBe(
      '--for 3 steps; was 10 epochs in base.yaml:28',
    );
  });

  test('where a type changes, what fell away and what stayed', async () => {
    const { types, lines } = await explain('top.yaml', 'networks');
    expect(types).toEqual([
      {
        path: 'networks.G',
        from: 'encoder-decoder',
        to: 'unet',
        at: 'top.yaml:4',
        stayed: ['norm'],
        fell: ['encoder', 'decoder'],
      },
    ]);
    expect(lines.map(({ text }) => text)).toContain(
      '  # type was encoder-decoder, became unet (top.yaml:4); fell away: encoder, decoder; stayed: norm',
    );
  });

  test('a change of type by a flag, of an optimizer, and of data made on the spot', async () => {
    const options = { set: ['optimizer.type=sgd'], overrides: { data: ['synthetic'] } };
    const { types } = await explain('base.yaml', undefined, options);
    expect(types).toMatchObject([
      {
        path: 'data.pairs',
        from: 'side-by-side',
        to: 'synthetic-maps',
        fell: ['path'],
        at: '--data synthetic',
      },
      // The update of G wrote only its learning rate, and took over what is left of the rest.
      { path: 'game.updates.D.optimizer', from: 'adam', to: 'sgd', fell: ['beta1'] },
      {
        path: 'game.updates.G.optimizer',
        from: 'adam',
        to: 'sgd',
        fell: ['beta1'],
        stayed: ['learning_rate'],
      },
      { path: 'optimizer', from: 'adam', to: 'sgd', at: '--set optimizer.type=sgd' },
    ]);
  });

  test('`*` stands for every name or id', async () => {
    const { values } = await explain('base.yaml', 'networks.G.encoder.*.filters');
    expect(values.map(({ path, value }) => [path, value])).toEqual([
      ['networks.G.encoder.e1.filters', 4],
      ['networks.G.encoder.e2.filters', 8],
    ]);
  });

  test.each([
    ['networks.E', 'There is no "E" at networks.E in this recipe.', /There is: D, D2, G\./],
    ['train.sed', 'There is no "sed" at train.sed in this recipe.', /Did you mean "seed"\?/],
    ['train.seed.x', 'There is no "x" at train.seed.x in this recipe.', /nothing is below/],
  ])('%s is told to be nowhere', async (part, message, remedy) => {
    const error = await explain('base.yaml', part).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message, exitCode: 2, remedy: expect.stringMatching(remedy) as unknown });
  });

  const shipped = readdir('recipes').then((files) => files.filter((file) => file.endsWith('.yaml')));
  test('of every shipped recipe the text is the resolved recipe, and every value has an origin', async () => {
    for (const file of await shipped) {
      const read = await analyseRecipe(`recipes/${file}`, { registry });
      const { lines, values } = explainRecipe(read);
      expect(parseYaml(stripVTControlCharacters(formatExplained(lines)))).toEqual(freezeRecipe(read).recipe);
      for (const { path, origin } of values) {
        if (origin.kind !== 'written') expect(origin.kind, path).toMatch(/default|understood/);
        else expect(origin.file).toMatch(/^recipes\//);
      }
    }
  });
});
