import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { FeatureRange } from '../../src/core/features.js';
import type { Image } from '../../src/core/image.js';
import { encodeModel, type OnnxTensorInfo } from '../../src/engine/ort/onnx/model.js';
import { openFeatures } from '../../src/engine/features.js';

const folder = mkdtempSync(join(tmpdir(), 'gan-features-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A network of one operation. A side of -1 takes any size. */
function network(op: 'Flatten' | 'Identity', ...inputs: (readonly number[] | OnnxTensorInfo)[]): string {
  const infos = inputs.map((input, i) =>
    'name' in input ? input : { name: `image${i}`, element: 'float32' as const, dims: input },
  );
  const outputs = infos.map((info, i) => ({
    ...info,
    name: `features${i}`,
    dims: op === 'Flatten' ? [1, -1] : info.dims,
  }));
  const nodes = infos.map((info, i) => ({
    op,
    domain: '',
    inputs: [info.name],
    outputs: [outputs[i]!.name],
    attributes: {},
  }));
  const file = join(folder, `${JSON.stringify([op, inputs])}.onnx`);
  writeFileSync(file, encodeModel({ nodes, initializers: [], inputs: infos, outputs }));
  return file;
}

const image = (width: number, height: number, channels: 1 | 3 | 4, bytes: number[]): Image => ({
  width,
  height,
  channels,
  data: Uint8Array.from(bytes),
});

async function featuresOf(file: string, picture: Image, range: FeatureRange = '0..255') {
  const features = await openFeatures(file, range);
  try {
    return [...(await features.of(picture))];
  } finally {
    await features.close();
  }
}

/** Two pixels beside each other. */
const PAIR = image(2, 1, 3, [0, 51, 255, 102, 153, 204]);

describe('what a network is shown', () => {
  test.each([
    ['-1..1', [-1, -0.6, 1, -0.2, 0.2, 0.6]],
    ['0..1', [0, 0.2, 1, 0.4, 0.6, 0.8]],
    ['0..255', [0, 51, 255, 102, 153, 204]],
  ] as const)('in the range %s, channels last, pixel after pixel', async (range, wanted) => {
    const got = await featuresOf(network('Flatten', [1, 1, 2, 3]), PAIR, range);
    got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
  });

  test('channels first: plane after plane', async () => {
    expect(await featuresOf(network('Flatten', [1, 3, 1, 2]), PAIR)).toEqual([0, 102, 51, 153, 255, 204]);
  });

  test('grey in three equal channels, and no alpha', async () => {
    const file = network('Flatten', [1, 1, 2, 3]);
    expect(await featuresOf(file, image(2, 1, 1, [7, 9]))).toEqual([7, 7, 7, 9, 9, 9]);
    expect(await featuresOf(file, image(2, 1, 4, [1, 2, 3, 99, 4, 5, 6, 98]))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test.each([
    ['last', [1, -1, -1, 3], [1, 2, 3, 4, 5, 6]],
    ['first', [1, 3, -1, -1], [1, 4, 2, 5, 3, 6]],
  ])('at its own size where the network takes any, channels %s', async (_order, dims, wanted) => {
    const bytes = [1, 2, 3, 4, 5, 6];
    for (const [width, height] of [
      [2, 1],
      [1, 2],
    ] as const)
      expect(await featuresOf(network('Flatten', dims), image(width, height, 3, bytes))).toEqual(wanted);
  });

  test('pressed bilinearly into the size that it wants, whatever that makes of its proportions', async () => {
    const grey = (value: (x: number, y: number) => number): Image =>
      image(
        4,
        4,
        1,
        Array.from({ length: 16 }, (_, i) => value(i % 4, i >> 2)),
      );
    const [across, down] = [grey((x) => 80 * x), grey((_, y) => 80 * y)];
    const file = network('Flatten', [1, 1, 2, 3]);
    // By a triangle of twice the width: 3/8, 3/8 and 1/8 of the nearest three pixels, and the border once more.
    for (const [picture, wanted] of [
      [across, [50, 50, 50, 190, 190, 190]],
      [down, [120, 120, 120, 120, 120, 120]],
    ] as const) {
      const row = await featuresOf(file, picture);
      expect(row).toHaveLength(6);
      row.forEach((value, i) => expect(Math.abs(value - wanted[i]!)).toBeLessThan(2));
    }
  });
});

test('of a feature map each feature is the mean over its pixels', async () => {
  const wanted = [(0 + 102) / 2, (51 + 153) / 2, (255 + 204) / 2];
  expect(await featuresOf(network('Identity', [1, 3, 1, 2]), PAIR)).toEqual(wanted);
  expect(await featuresOf(network('Identity', [1, 1, 2, 3]), PAIR)).toEqual(wanted);
});

test.each([
  ['of two images', [[1, 3, 8, 8] as const, [1, 3, 8, 8] as const]],
  ['of 4 channels', [[1, 4, 8, 8] as const]],
  ['of vectors', [[1, 3] as const]],
  ['of whole numbers', [{ name: 'image', element: 'int32' as const, dims: [1, 3, 8, 8] }]],
])('a network %s is refused', async (_what, inputs) => {
  await expect(openFeatures(network('Identity', ...inputs), '0..1')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('one image of 3 channels') as string,
  });
});

test('a folder is no feature network', async () => {
  await expect(openFeatures(folder, '0..1')).rejects.toThrow(/There is no feature network/);
});
