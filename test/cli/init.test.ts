import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lookAtFolder } from '../../src/cli/init/look.js';
import { type Answers, proposeBatch, proposeSize, SIZES } from '../../src/cli/init/answers.js';
import { writeRecipe } from '../../src/cli/init/write.js';
import { planPhases } from '../../src/plan/phases.js';
import { parse, registry } from '../recipe/support.js';
import { ganHere as gan } from './support/gan-here.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'init-'));
  const image = async (file: string, width: number, height: number): Promise<void> => {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await sharp({ create: { width, height, channels: 3, background: '#456' } })
      .png()
      .toFile(path);
  };
  for (const i of [1, 2, 3]) {
    await image(`halves/train/${i}.png`, 260, 130);
    await image(`halves/val/${i}.png`, 260, 130);
    await image(`pairs/photos/${i}.png`, 80, 70);
    await image(`pairs/maps/${i}.png`, 80, 70);
    await image(`two/train/horses/h${i}.png`, 300, 280);
    await image(`two/train/zebras/z${i}.png`, 300, 280);
    await image(`faces/f${i}.png`, 100, 90);
  }
  await mkdir(join(folder, 'empty'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('what a folder holds', () => {
  test.each([
    [
      'halves',
      { layout: 'side-by-side', from: ['left', 'right'], count: 6, height: 130, width: 130, hasVal: true },
    ],
    [
      'pairs',
      { layout: 'paired-folders', from: ['maps', 'photos'], count: 6, height: 70, width: 80, hasVal: false },
    ],
    [
      'two',
      {
        layout: 'unpaired-folders',
        from: ['horses', 'zebras'],
        count: 6,
        height: 280,
        width: 300,
        hasVal: false,
      },
    ],
    ['faces', { layout: 'images', from: undefined, count: 3, height: 90, width: 100, hasVal: false }],
    ['empty', undefined],
    ['nowhere', undefined],
  ])('%s', async (name, expected) => {
    expect(await lookAtFolder(join(folder, name))).toEqual(expected);
  });

  test('proposes the largest size that it fills, and a batch that fits the game', () => {
    expect([280, 256, 130, 64, 20].map((side) => proposeSize({ height: side, width: side + 9 }))).toEqual([
      256, 256, 128, 64, 64,
    ]);
    expect(proposeSize(undefined)).toBe(256);
    expect([
      proposeBatch('side-by-side', 256),
      proposeBatch('images', 64),
      proposeBatch('images', 256),
    ]).toEqual([1, 64, 16]);
  });
});

describe('every recipe that can be asked for', () => {
  const answers = (['side-by-side', 'paired-folders', 'unpaired-folders', 'images'] as const).flatMap(
    (layout) =>
      SIZES.flatMap((size) =>
        [true, false].map((hasVal): Answers => ({
          name: 'mine',
          layout,
          path: "./it's: a path",
          from: layout === 'side-by-side' ? ['right', 'left'] : ['a b', 'yes'],
          size,
          batch: 2,
          epochs: 1,
          hasVal,
        })),
      ),
  );
  test.each(answers)('$layout at $size, val $hasVal, is sound, without a warning', async (each) => {
    const loaded = await parse(writeRecipe(each, 'schema.json'));
    expect(loaded.warnings).toEqual([]);
    expect(planPhases(loaded, registry)[0]!.plan.play).toHaveLength(2);
  });
});

describe('gan init', () => {
  const at = (file: string): string => join(folder, file);
  test('without a terminal takes flags and what it sees, and writes what passes the check', async () => {
    const ended = await gan(
      folder,
      'init',
      at('recipes/mine.yaml'),
      '--data',
      'halves',
      '--source',
      'right',
      '--target',
      'left',
    );
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const text = await readFile(at('recipes/mine.yaml'), 'utf8');
    expect(text).toContain('name: halves-pix2pix\n');
    expect(text).toContain('path: "../halves"\n');
    expect(text).toContain('fields: { source: "right", target: "left" }');
    expect(text).toContain('    size: 128\n');
    expect(await gan(folder, 'check', at('recipes/mine.yaml'))).toMatchObject({ code: 0 });
    const plan = await gan(folder, 'plan', at('recipes/mine.yaml'));
    expect(plan.stdout).toContain('  data pairs  3 train, 3 val (side-by-side in halves)\n');
  });

  test('where one side is said, the other one is the other; both are never one', async () => {
    const sides = async (...flags: string[]): Promise<string> => {
      const { stderr } = await gan(folder, 'init', at('sides.yaml'), '--force', '--data', 'halves', ...flags);
      if (stderr !== '') return stderr;
      return /fields: \{.*?\}/.exec(await readFile(join(folder, 'sides.yaml'), 'utf8'))![0];
    };
    const swapped = 'fields: { source: "right", target: "left" }';
    expect(await sides('--source', 'right')).toBe(swapped);
    expect(await sides('--target', 'left')).toBe(swapped);
    expect(await sides('--target', 'right')).toBe('fields: { source: "left", target: "right" }');
    expect(await sides('--source', 'left', '--target', 'left')).toBe(
      'error What is to be made cannot be made from itself: source and target are both "left".\n  Sides are, for example, left and right.\n',
    );
  });

  test('for data that is not there yet says so; in the folder itself names it by a dot', async () => {
    const flags = ['--layout', 'unpaired-folders', '--source', 'a', '--target', 'b'];
    const ended = await gan(join(folder, 'empty'), 'init', at('empty/later.yaml'), '--data', '.', ...flags);
    expect(ended).toMatchObject({
      code: 0,
      stderr: 'warning There are no images in . (yet); nothing is proposed from them.\n',
    });
    const text = await readFile(join(folder, 'empty', 'later.yaml'), 'utf8');
    expect(text).toContain('path: "./a"\n');
    expect(text).toContain('jitter: 286,');
  });

  test('never overwrites, unless it is forced to', async () => {
    await writeFile(join(folder, 'there.yaml'), 'mine\n');
    const refused = await gan(folder, 'init', at('there.yaml'), '--data', 'faces');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain(
      'there.yaml is there already.\n  Name another file, or overwrite it with --force.',
    );
    expect(await readFile(join(folder, 'there.yaml'), 'utf8')).toBe('mine\n');
    expect(await gan(folder, 'init', at('there.yaml'), '--data', 'faces', '--force')).toMatchObject({
      code: 0,
    });
    expect(await readFile(join(folder, 'there.yaml'), 'utf8')).toContain('type: images\n');
  });

  test('says where it cannot write', async () => {
    await writeFile(join(folder, 'file'), '');
    const ended = await gan(folder, 'init', at('file/mine.yaml'), '--data', 'faces');
    expect(ended).toMatchObject({
      code: 1,
      stderr: 'error file/mine.yaml cannot be written: a part of its path is a file (EEXIST).\n',
    });
    const schemas = await gan(folder, 'schema', '--out', at('file'));
    expect(schemas).toMatchObject({
      code: 1,
      stderr: 'error file/ablation.schema.json cannot be written: a part of its path is a file (EEXIST).\n',
    });
  });

  test('without a terminal says which flag it needs', async () => {
    const nothing = await gan(folder, 'init');
    expect(nothing).toMatchObject({ code: 2 });
    expect(nothing.stderr).toContain('Without a terminal gan init cannot ask: it needs --data PATH');
    const unseen = await gan(folder, 'init', '--data', 'empty');
    expect(unseen.stderr).toContain(
      'it needs --layout NAME, how they lie, one of side-by-side, paired-folders, unpaired-folders, images: empty has no images that show it.',
    );
    const size = await gan(folder, 'init', '--data', 'faces', '--size', '100');
    expect(size.stderr).toContain('gan init makes recipes of 64, 128, 256 pixels, not 100.');
  });
});
