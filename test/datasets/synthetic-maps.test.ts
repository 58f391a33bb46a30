import { Ajv2020 } from 'ajv/dist/2020.js';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { cutOut, type Image } from '../../src/core/image.js';
import { syntheticMaps } from '../../src/datasets/synthetic-maps.js';
import type { DatasetContext, DatasetReader, ImageSize } from '../../src/registry/index.js';
import { square } from '../data/support/fixtures.js';

const context: DatasetContext = {
  folder: undefined,
  from: ['left', 'right'],
  list: () => Promise.reject(new Error('It has no files.')),
  folders: () => Promise.reject(new Error('It has no files.')),
  probe: () => Promise.reject(new Error('It has no files.')),
  decode: () => Promise.reject(new Error('It has no files.')),
  warn: (text) => expect.fail(text),
};

const openTowns = (seed = 1): Promise<DatasetReader> =>
  syntheticMaps.open({ train: 20, val: 3, seed }, context);

async function pair(
  reader: DatasetReader,
  name: string,
  size: ImageSize,
): Promise<{ aerial: Image; map: Image }> {
  if (!('read' in reader)) throw new Error('Towns are made, not found.');
  const [aerial, map] = await reader.read({ name, files: [] }, ['left', 'right'], size);
  return { aerial: cutOut(aerial!), map: cutOut(map!) };
}

const hash = ({ data }: Image): string => createHash('sha256').update(data).digest('hex').slice(0, 12);

/** Class number of every pixel; -1 for a colour that is not the palette's. */
function classes({ data }: Image, reader: DatasetReader): readonly number[] {
  const { colours } = reader.palette!('right')!;
  const numbers = new Map(colours.map((colour, i) => [colour.join(), i]));
  return Array.from(
    { length: data.length / 3 },
    (_, i) => numbers.get(data.slice(i * 3, i * 3 + 3).join()) ?? -1,
  );
}

/** Of photograph and map. These tiles show every material, both directions of bridges, a coast and motorways. */
test.each([
  [1, 'train-1', square(64), '066fe5d325cf 63b44c24b84e'],
  [2, 'val-1', { width: 96, height: 64 }, '5e110b8f5740 0bead6167fe6'],
  [1, 'train-8', square(320), '9b588b923dca c4636540ce9d'],
  [1, 'train-14', square(320), '41807dd8a9cf 81b1566c6742'],
  [1, 'train-27', { width: 240, height: 320 }, 'cf61b39de594 d6439a5326a7'],
  [1, 'train-37', square(320), 'a2e9dd293e04 bf4763fe37c8'],
  [1, 'train-51', square(320), '20b597a44d26 b0369a514e60'],
])('seed %d and name %s mean these pixels at %o, on every machine', async (seed, name, size, expected) => {
  const { aerial, map } = await pair(await openTowns(seed), name, size);
  expect(`${hash(aerial)} ${hash(map)}`).toBe(expected);
});

test('defaults are 600 pairs to train on and 60 to measure on, of seed 1; both are one heap for shares', async () => {
  const params = {};
  expect(new Ajv2020({ useDefaults: true }).compile(syntheticMaps.params)(params)).toBe(true);
  expect(params).toEqual({ train: 600, val: 60, seed: 1 });
  const reader = await openTowns();
  const names = async (split?: string) => (await reader.examples(split)).map((example) => example.name);
  expect([await names('train'), await names('val')].map((list) => list.length)).toEqual([20, 3]);
  expect(await names()).toEqual([...(await names('train')), 'val-1', 'val-2', 'val-3']);
});

test('the map can be told from the photograph: classes differ in their mean colour', async () => {
  const reader = await openTowns();
  const names = reader.palette!('right')!.names!;
  expect(reader.palette!('left')).toBeUndefined();
  const sums = names.map(() => [0, 0, 0, 0]);
  for (let n = 1; n <= 20; n++) {
    const { aerial, map } = await pair(reader, `train-${n}`, square(64));
    classes(map, reader).forEach((number, i) => {
      [...aerial.data.subarray(3 * i, 3 * i + 3), 1].forEach((value, c) => (sums[number]![c]! += value));
    });
  }
  const mean = (name: string, channel: number) => {
    const sum = sums[names.indexOf(name)]!;
    return sum[channel]! / sum[3]!;
  };
  expect(mean('park', 1)).toBeGreaterThan(mean('park', 0) + 20);
  expect(mean('water', 2)).toBeGreaterThan(mean('water', 0) + 25);
  expect(mean('building', 0)).toBeGreaterThan(mean('building', 2) + 15);
  expect(Math.abs(mean('street', 0) - mean('street', 2))).toBeLessThan(15);
  expect(mean('land', 0)).toBeGreaterThan(mean('street', 0) + 15);
});

test('a tile is the same town at every size', async () => {
  const reader = await openTowns();
  for (const name of ['train-1', 'train-4', 'val-2']) {
    const small = classes((await pair(reader, name, square(64))).map, reader);
    const large = classes((await pair(reader, name, square(256))).map, reader);
    const agree = small.filter((number, i) => {
      const [x, y] = [(i % 64) * 4 + 2, Math.floor(i / 64) * 4 + 2];
      return large[y * 256 + x] === number;
    });
    // What is left are edges, which fall on either side of a pixel.
    expect(agree.length / small.length).toBeGreaterThan(0.85);
  }
});
