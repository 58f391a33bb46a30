import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { onTestFinished } from 'vitest';
import { type OpenDataOptions, openData } from '../../../src/data/open.js';
import type { Batch, Data } from '../../../src/data/types.js';
import { datasets } from '../../../src/datasets/index.js';
import type { SourceConfig } from '../../../src/recipe/recipe.js';
import { Registry } from '../../../src/registry/index.js';

const none = {
  layer: [],
  network: [],
  loss: [],
  metric: [],
  optimizer: [],
  schedule: [],
  tensor: [],
  initialiser: [],
};
export const registry = new Registry({ ...none, dataset: datasets });

/** An empty folder that goes when the test is over. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gan-data-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

type Pixel = (x: number, y: number) => readonly number[];

/** An image with a rule for its pixels; as many channels as the rule gives. */
export function draw(width: number, height: number, pixel: Pixel): Sharp {
  const channels = pixel(0, 0).length as 1 | 3 | 4;
  const data = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const at = Math.floor(i / channels);
    return pixel(at % width, Math.floor(at / width))[i % channels]!;
  });
  return sharp(data, { raw: { width, height, channels } });
}

export async function save(file: string, image: Sharp): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await image.toFile(file);
}

/** Pictures of 8 x 8 pixels, each of one red. */
export async function saveAll(
  folder: string,
  ...files: readonly (readonly [string, number])[]
): Promise<void> {
  for (const [file, red] of files) await save(join(folder, file), flat(red));
}

export const flat = (red: number): Sharp => draw(8, 8, () => [red, 0, 0]);

export async function saveBytes(file: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}

/** A side-by-side pair of flat halves whose red is the example's number: red survives into the tensor. */
export const numbered = (n: number, side = 8): Sharp =>
  draw(2 * side, side, (x) => [n, x < side ? 0 : 255, 0]);

/** `count` numbered pairs in a folder: 1.png holds 1. */
export async function saveNumbered(folder: string, count: number): Promise<void> {
  for (let n = 1; n <= count; n++) await save(join(folder, `${n}.png`), numbered(n));
}

export const square = (side: number): { readonly width: number; readonly height: number } => ({
  width: side,
  height: side,
});

/** A validated source as the recipe hands it over. */
export function source(path: string, changes: Partial<SourceConfig> = {}): SourceConfig {
  return {
    type: 'side-by-side',
    path,
    fields: { a: { from: 'left', as: 'rgb' }, b: { from: 'right', as: 'rgb' } },
    size: square(8),
    fit: 'fill',
    interpolation: 'bicubic',
    augment: { flip: 'none' },
    ...changes,
  };
}

export interface Opened {
  readonly data: Data;
  readonly warnings: readonly string[];
}

export async function open(
  sources: SourceConfig | Readonly<Record<string, SourceConfig>>,
  changes: Partial<OpenDataOptions> = {},
): Promise<Opened> {
  const warnings: string[] = [];
  const data = await openData({
    sources: 'fields' in sources ? { pairs: sources as SourceConfig } : sources,
    registry,
    seed: 1,
    batch: 1,
    recipeFolder: '/nowhere/recipes',
    dataFolder: '/nowhere/data',
    cacheBytes: 1e7,
    prefetch: 3,
    maxBadShare: 0.05,
    warn: (text) => warnings.push(text),
    ...changes,
  });
  onTestFinished(() => data.close());
  return { data, warnings };
}

/** The batches of steps `from` + 1 to `from` + `count`. */
export async function take(data: Data, count: number, from = 0): Promise<readonly Batch[]> {
  const batches: Batch[] = [];
  if (count === 0) return batches;
  for await (const batch of data.batches(from)) {
    batches.push(batch);
    if (batches.length === count) break;
  }
  return batches;
}

export async function all(examples: AsyncIterable<Batch>): Promise<readonly Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of examples) batches.push(batch);
  return batches;
}

/** A field's tensor back on the 8-bit scale. */
export function bytes(batch: Batch, field: string): readonly number[] {
  return Array.from(batch.fields[field]!.data, (value) => Math.round((value + 1) * 127.5));
}

/** Numbers of the numbered examples in a batch, by their first red value. */
export function numbers(batch: Batch, field = 'a'): readonly number[] {
  const values = bytes(batch, field);
  return Array.from({ length: batch.size }, (_, i) => values[(i * values.length) / batch.size]!);
}
