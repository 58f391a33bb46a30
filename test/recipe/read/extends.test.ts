import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import { Bases } from '../../../src/recipe/read/bases.js';
import { formatDiagnostics } from '../../../src/recipe/messages/findings.js';
import type { LoadedRecipe } from '../../../src/recipe/load.js';
import { loadRecipe } from '../../../src/recipe/node.js';
import { complaints, parse, REFERENCE, registry } from '../support.js';

const extending = (changes: string): string => `extends: ./pix2pix-maps.yaml\nname: mine\n${changes}`;
const recipeOf = async (changes: string) => (await parse(extending(changes))).recipe;

describe('a recipe that extends another', () => {
  test('changes what it says and keeps the rest', async () => {
    const base = (await parse(REFERENCE)).recipe;
    const recipe = await recipeOf('train: { batch: 4 }');
    expect(recipe).toEqual({ ...base, name: 'mine', train: { ...base.train, batch: 4 } });
  });

  test('has short forms expanded before it is merged', async () => {
    const { data } = await recipeOf(
      'data: { pairs: { size: { height: 128, width: 256 }, augment: { jitter: 300 } } }',
    );
    expect(data['pairs']).toMatchObject({
      size: { height: 128, width: 256 },
      augment: { jitter: { height: 300, width: 300 }, flip: 'horizontal' },
    });
  });

  test('takes a key out with null', async () => {
    const recipe = await recipeOf('evaluate: null\ngame: { updates: { G: { losses: { l1: null } } } }');
    expect(recipe.evaluate).toBeUndefined();
    expect(Object.keys(recipe.game.updates['G']!.losses)).toEqual(['adversarial']);
  });

  test('changes entries of a list by id, and takes them out', async () => {
    const encoders = 'e2: { filters: 96 }, e7: null';
    const recipe = await recipeOf(
      `networks: { G: { encoder: { ${encoders} }, decoder: { d7: null, d6: { dropout: 0.1 } } } }`,
    );
    const { encoder, decoder } = recipe.networks['G'] as unknown as Record<string, { id: string }[]>;
    expect(encoder!.map(({ id }) => id).join()).toBe('e1,e2,e3,e4,e5,e6,bottleneck');
    expect(encoder![1]).toMatchObject({ id: 'e2', filters: 96 });
    expect(decoder!.map(({ id }) => id).join()).toBe('d6,d5,d4,d3,d2,d1');
    expect(decoder![0]).toMatchObject({ skip: 'e6', dropout: 0.1 });
  });

  test('loses inherited keys that a new type lacks, and keeps the others', async () => {
    const { networks } = await recipeOf('networks: { G: { type: unet, depth: 8 } }');
    expect(networks['G']).toMatchObject({
      type: 'unet',
      depth: 8,
      norm: 'batch',
      bias: false,
      inference: { dropout: true },
    });
    expect(networks['G']).not.toHaveProperty('encoder');
  });

  test('keeps the operands of a loss whose type it changes', async () => {
    const { game } = await recipeOf('game: { updates: { D: { losses: { adversarial: { type: hinge } } } } }');
    expect(game.updates['D']!.losses['adversarial']).toMatchObject({
      type: 'hinge',
      real: 'D(source, target)',
      weight: 0.5,
    });
  });

  test('points into the file that last wrote the value', async () => {
    expect(await complaints(extending('networks: { G: { norm: none }, D: { type: unet, depth: 99 } }')))
      .toMatchInlineSnapshot(`
      "recipes/mine.yaml:3:56 error out-of-range  "depth" must be a whole number from 2 to 12, not 99.
        3 | networks: { G: { norm: none }, D: { type: unet, depth: 99 } }
          |                                                        ^^"
    `);
  });
});

describe('overlays on the reference recipe', () => {
  const overlays = {
    'an unconditional discriminator': `
game:
  updates:
    D: { losses: { adversarial: { real: D(target), fake: D(fake) } } }
    G: { losses: { adversarial: { fool: D(fake) } } }`,
    'hinge losses': `
game:
  updates:
    D: { losses: { adversarial: { type: hinge } } }
    G: { losses: { adversarial: { type: hinge } } }`,
    'a simultaneous game': 'game:\n  play: [[D, G]]\ntrain: { batch: 16, accumulate: 4 }',
    'L1 alone': 'game:\n  play: [G]\n  updates: { G: { losses: { adversarial: null } } }',
  };
  test.each(Object.entries(overlays))('%s loads', async (_, changes) => {
    expect((await parse(extending(changes))).recipe.name).toBe('mine');
  });

  test('what is never played warns that it is not built', async () => {
    const { warnings } = await parse(extending(overlays['L1 alone']));
    expect(warnings.map((warning) => warning.message)).toEqual([
      'D is not built: no played update and no output uses it.',
    ]);
  });
});

describe('recipes in several folders', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recipes-'));
    const files = {
      'base/base.yaml': REFERENCE.replace('path: maps ', 'path: ./photos '),
      'mine.yaml': 'extends: base/base.yaml\nname: mine\n',
      'base/middle.yaml':
        'extends: ./base.yaml\nname: middle\nnetworks: { G: { weights: ../g.safetensors } }\n',
      'sub/deep/mine.yaml':
        'extends: ../../base/middle.yaml\nname: deep\nnetworks: { D: { weights: ./d.st } }\n',
      'twice.yaml': `${REFERENCE}name: again\n`,
      'first.yaml': 'extends: ./twice.yaml\nname: first\n',
      'second.yaml': 'extends: ./twice.yaml\nname: second\n',
      'wrong.yaml': 'extends: ./base/middle.yaml\nname: wrong\ntrain: { batch: 0 }\n',
      'under.yaml': 'extends: ./wrong.yaml\nname: under\n',
      'ci.yaml': 'name: CI\nsummary: Builds.\non: push\n',
      'a.yaml': 'extends: ./b.yaml\nname: a\n',
      'b.yaml': 'extends: ./a.yaml\nname: b\n',
      'latin.yaml': Buffer.from('name: caf\xe9\n', 'latin1'),
      'empty.yaml': '# nothing\n',
      'list.yaml': '- name\n',
    };
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  const load = (file: string): Promise<LoadedRecipe> => loadRecipe(file, { registry, cwd: folder });
  const failure = async (file: string): Promise<string> => {
    const error = await load(file).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof UserError))
      throw new Error(`${file} loads, or fails otherwise.`, { cause: error });
    return [error.message, error.remedy, formatDiagnostics(error.diagnostics)].filter(Boolean).join('\n');
  };

  test('a path is beside the file that says it', async () => {
    expect((await load('mine.yaml')).recipe.data['pairs']!.path).toBe('./base/photos');
    expect((await load('base/base.yaml')).recipe.data['pairs']!.path).toBe('./photos');
  });

  test('paths of a chain are each beside the file that says them, also where a base was read for another', async () => {
    const bases = new Bases();
    const pathsIn = async (file: string) => {
      const { recipe } = await loadRecipe(file, { registry, cwd: folder, bases });
      const { G, D } = recipe.networks;
      return [recipe.data['pairs']!.path, G!.weights, D!.weights];
    };
    for (let i = 0; i < 2; i++) {
      expect(await pathsIn('base/middle.yaml')).toEqual(['./photos', '../g.safetensors', undefined]);
      expect(await pathsIn('sub/deep/mine.yaml')).toEqual([
        '../../base/photos',
        '../../g.safetensors',
        './d.st',
      ]);
      expect(await pathsIn('mine.yaml')).toEqual(['./base/photos', undefined, undefined]);
    }
  });

  test('what is wrong with a base is said to each that extends it, what is wrong with one to no other', async () => {
    const bases = new Bases();
    const codes = (file: string): Promise<unknown> =>
      loadRecipe(file, { registry, cwd: folder, bases }).then(
        () => 'sound',
        (error: unknown) =>
          (error as UserError).diagnostics.map(({ code, place }) => `${place!.file} ${code}`),
      );
    expect(await codes('first.yaml')).toEqual(['twice.yaml duplicate-key']);
    expect(await codes('second.yaml')).toEqual(['twice.yaml duplicate-key']);
    for (const file of ['wrong.yaml', 'under.yaml', 'wrong.yaml', 'wrong.yaml'])
      expect(await codes(file)).toEqual(['wrong.yaml out-of-range']);
    expect(await codes('base/middle.yaml')).toBe('sound');
    expect(await codes('ci.yaml')).toEqual(['ci.yaml no-recipe']);
  });

  test('a cycle is told', async () => {
    expect(await failure('a.yaml')).toMatchInlineSnapshot(`
      "a.yaml has an error.
      b.yaml:1:10 error extends-cycle  This recipe ends up extending itself.
        1 | extends: ./a.yaml
          |          ^^^^^^^^
        Remove \`extends\` from one of the files."
    `);
  });

  test('a file that is missing, not UTF-8, empty or no map is told', async () => {
    expect(await failure('none.yaml')).toMatchInlineSnapshot(
      `
      "none.yaml cannot be read: there is no such file.
      Did you mean "mine.yaml"?"
    `,
    );
    expect(await failure('latin.yaml')).toMatchInlineSnapshot(`
      "latin.yaml is not UTF-8 text.
      Save it as UTF-8."
    `);
    expect(await failure('empty.yaml')).toMatchInlineSnapshot(`
      "empty.yaml has an error.
      empty.yaml:1:1 error empty  empty.yaml is empty.
        1 | # nothing
          | ^
        Copy a recipe from \`recipes/\`, or extend one."
    `);
    expect(await failure('list.yaml')).toMatchInlineSnapshot(`
      "list.yaml has an error.
      list.yaml:1:1 error wrong-type  A recipe is a map of keys: name, summary, data, networks, game, optimizer, train, sample, evaluate, checkpoint.
        1 | - name
          | ^^^^^^"
    `);
    expect(await failure('base')).toMatchInlineSnapshot(`"base cannot be read: it is a folder."`);
  });
});
