import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import type { Image } from '../../core/image.js';
import { isFileError, replaceFile } from '../files.js';
import type { Grid } from './grid.js';

const indexSchema = Type.Object({
  step: Type.Integer(),
  columns: Type.Array(Type.String()),
  /** Files in the order of the columns, relative to the index's folder. */
  rows: Type.Array(Type.Object({ label: Type.String(), files: Type.Array(Type.String()) })),
});

/** The pictures of a run's newest sample, one by one: to be set beside those of other runs. */
export type Outputs = Static<typeof indexSchema>;

const FOLDER = 'outputs';

/** Keeps the pictures of a sample as `outputs/step-N/`, in place of an earlier sample's. */
export async function writeOutputs(run: string, step: number, { columns, rows }: Grid): Promise<void> {
  const folder = join(run, FOLDER);
  const newest = join(folder, `step-${step}`);
  await mkdir(newest, { recursive: true });
  const kept: Outputs['rows'] = [];
  // Words are no pictures.
  const pictured = columns.filter((_, column) =>
    rows.every(({ images }) => typeof images[column] === 'object'),
  );
  for (const [row, { label = '', images: cells }] of rows.entries()) {
    const images = cells.filter((cell, i): cell is Image => pictured.includes(columns[i]!));
    const files = images.map((_, column) => join(`step-${step}`, `${row}-${column}.png`));
    await Promise.all(images.map(async (image, i) => writeFile(join(folder, files[i]!), await pngOf(image))));
    kept.push({ label, files });
  }
  await replaceFile(join(folder, 'index.json'), JSON.stringify({ step, columns: pictured, rows: kept }));
  for (const name of await readdir(folder))
    if (/^step-\d+$/.test(name) && name !== `step-${step}`) await rm(join(folder, name), { recursive: true });
}

/** @returns undefined where a run has none. */
export async function readOutputs(run: string): Promise<Outputs | undefined> {
  try {
    const index: unknown = JSON.parse(await readFile(join(run, FOLDER, 'index.json'), 'utf8'));
    return Check(indexSchema, index) ? index : undefined;
  } catch (error) {
    if (isFileError(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A picture of `Outputs` as it was made. */
export async function readOutput(run: string, file: string): Promise<Image> {
  const { data, info } = await sharp(join(run, FOLDER, file))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return {
    width: info.width,
    height: info.height,
    channels: info.channels === 4 ? 4 : info.channels === 1 ? 1 : 3,
    data,
  };
}

const pngOf = ({ data, ...raw }: Image): Promise<Buffer> =>
  sharp(data, { raw }).png({ compressionLevel: 9 }).toBuffer();
