import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { predict, type PredictRequest } from '../../src/runs/predict/predict.js';
import { run } from '../../src/runs/index.js';
import { saveDataSets } from '../support/data-sets.js';

const work = mkdtempSync(join(tmpdir(), 'gan-predict-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const common = { engine: 'ort', threads: 1 };
const loading = { dataFolder: join(work, 'data'), cacheBytes: 1e6, prefetch: 1, maxBadShare: 0 };

/** A run of one step. @returns its folder. */
async function train(recipe: string, set: readonly string[]): Promise<string> {
  const request = { ...common, data: [], runs: join(work, 'runs'), loading, recipe, length: '1 step' };
  const small = ['train.batch=2', 'sample=null', 'networks.*.filters=4', ...set];
  return (await run({ ...request, set: small }, { warn: () => undefined })).folder;
}

let outs = 0;
/** Pictures by name. */
async function make(request: Partial<PredictRequest>): Promise<Record<string, Buffer>> {
  const out = join(work, `out-${outs++}`);
  await predict(
    { ...common, run: '', runs: join(work, 'runs'), files: [], inputs: [], draws: 1, out, ...request },
    { warn: () => undefined },
  );
  return Object.fromEntries(readdirSync(out).map((file) => [file, readFileSync(join(out, file))]));
}

beforeAll(() => saveDataSets(join(work, 'data'), work));

describe('from a class', () => {
  let folder: string;
  const classes = [
    'data.images.path=shapes',
    'data.images.size=16',
    'data.images.fields.label.classes=3',
    'networks.D.outputs.class.units=3',
  ];
  beforeAll(async () => {
    folder = await train('recipes/acgan.yaml', classes);
  });

  test('by name or number, as often as asked; the same each time, and another class another picture', async () => {
    const named = await make({ run: folder, inputs: ['y=square'], count: 2 });
    expect(Object.keys(named).sort()).toEqual(['1.png', '2.png']);
    expect(named['1.png']).not.toEqual(named['2.png']);
    expect(await make({ run: folder, inputs: ['y=1'], count: 2 })).toEqual(named);
    const several = await make({ run: folder, inputs: ['y=square', 'y=circle'] });
    expect(several['1.png']).toEqual(named['1.png']);
    expect(several['2.png']).not.toEqual(named['2.png']);
  });

  test('by number where the recipe says how many there are, and no field has them', async () => {
    const counted = ['game.tensors.y.of=null', 'game.tensors.y.classes=3'];
    const run = await train('recipes/acgan.yaml', [...classes, ...counted]);
    const made = await make({ run, inputs: ['y=2'], count: 2 });
    expect(Object.keys(made).sort()).toEqual(['1.png', '2.png']);
  });

  test('none given: one is drawn for each', async () => {
    expect(Object.keys(await make({ run: folder, count: 3, draws: 2 })).sort()).toEqual(
      [1, 2, 3].flatMap((n) => [`${n}-1.png`, `${n}-2.png`]),
    );
  });

  test.each([
    [{ inputs: ['y=squares'] }, /"squares" is no class of y/],
    [{ inputs: ['y=3'] }, /"3" is no class of y/],
    [{ inputs: ['x=1'] }, /There is no field or tensor "x" of this run/],
    [{ inputs: ['z=1'] }, /z is a vector of 100 numbers, and no class/],
    [{ inputs: ['y'] }, /"y" is no input/],
    [{ files: ['a.png'] }, /files do not say what they are/],
    [{ inputs: ['y=0', 'y=1'], count: 3 }, /--count 3 is for pictures made from noise/],
  ])('%o is refused', async (request, message) => {
    await expect(make({ run: folder, ...request })).rejects.toThrow(message);
  });
});

test('from one of two sources: the output says which', async () => {
  const folder = await train('recipes/cyclegan-maps.yaml', [
    'data.*.size=16',
    'data.*.augment=null',
    'networks.G_AB.blocks=1',
    'networks.D_A.patch=16',
    'game.tensors.*.size=2',
    'evaluate=null',
    'train.batch=1',
  ]);
  const photo = join(work, 'data/faces/val/1.png');
  await expect(make({ run: folder, files: [photo], size: { width: 16, height: 16 } })).rejects.toThrow(
    /several outputs/,
  );
  const request = { run: folder, output: 'fake_A', size: { width: 16, height: 16 } };
  const made = await make({ ...request, files: [photo] });
  expect(Object.keys(made)).toEqual(['1.png']);
  expect(await make({ ...request, inputs: [`B=${photo}`] })).toEqual(made);
  await expect(make(request)).rejects.toThrow(/fake_A is made from B, which is not given/);
});
