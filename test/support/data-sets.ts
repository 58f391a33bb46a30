import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { Random } from '../../src/core/random.js';
import { encodeModel } from '../../src/engine/ort/onnx/model.js';

const COLOURS = [
  [255, 255, 255],
  [128, 64, 128],
  [70, 130, 180],
  [0, 0, 142],
] as const;

/** An image of flat squares of a few colours, drawn by its name. */
async function drawing(file: string, width: number, height: number): Promise<void> {
  const random = new Random('drawing', file.split('/').at(-1)!);
  const squares = Array.from(
    { length: (width * height) / 64 },
    () => COLOURS[random.integer(COLOURS.length)]!,
  );
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    data.set(squares[(y >> 3) * (width >> 3) + (x >> 3)]!, 3 * i);
  }
  await mkdir(dirname(file), { recursive: true });
  await sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toFile(file);
}

/**
 * Small data sets under the names that well-known recipes give them: pairs side by side, folders of images, folders per
 * class. @param recipeFolder where the files lie that recipes name by `./`.
 */
export async function saveDataSets(data: string, recipeFolder: string): Promise<void> {
  const writes: Promise<void>[] = [];
  for (const [split, count] of [
    ['train', 4],
    ['val', 2],
  ] as const) {
    for (let n = 1; n <= count; n++) {
      const name = `${split}/${n}.png`;
      for (const pairs of ['maps', 'edges2shoes', 'cityscapes'])
        writes.push(drawing(join(data, pairs, name), 64, 32));
      for (const images of ['faces', 'photos', 'div2k', 'shapes/all'])
        writes.push(drawing(join(data, images, name), 32, 32));
      for (const label of ['circle', 'square', 'triangle'])
        for (const classes of ['shapes', 'shapes/labelled', 'cifar10'])
          writes.push(drawing(join(data, classes, split, label, `${n}.png`), 32, 32));
    }
  }
  await Promise.all(writes);
  await writeFile(
    join(recipeFolder, 'cityscapes.palette.yaml'),
    'road: "#804080"\nsky: "#4682b4"\ncar: "#00008e"\n',
  );
  await writeFile(join(recipeFolder, 'inception.onnx'), meanColours());
}

/** A network of features: the mean of each channel, from images of any size. */
export function meanColours(): Uint8Array {
  return encodeModel({
    nodes: [
      { op: 'GlobalAveragePool', domain: '', inputs: ['image'], outputs: ['features'], attributes: {} },
    ],
    initializers: [],
    inputs: [{ name: 'image', element: 'float32', dims: [1, 3, 8, 8] }],
    outputs: [{ name: 'features', element: 'float32', dims: [1, 3, 1, 1] }],
  });
}
