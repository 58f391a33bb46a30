import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SampleEvent } from '../../core/events.js';

/** A sample, small enough to live inside a page. */
export interface Picture {
  readonly step: number;
  /** The original, relative to the run's folder. */
  readonly file: string;
  readonly uri: string;
  readonly width: number;
  readonly height: number;
}

/** A report shows no more samples than this, evenly over time. */
export const MAX_PICTURES = 24;
const MAX_WIDTH_PX = 1600;

/** WebP copies, a tenth of the PNG's size. Files that cannot be read are left out. */
export async function embedSamples(folder: string, samples: readonly SampleEvent[]): Promise<Picture[]> {
  const { default: sharp } = await import('sharp');
  const pictures: Picture[] = [];
  for (const { step, file } of spread(samples, MAX_PICTURES)) {
    try {
      const { data, info } = await sharp(await readFile(join(folder, file)))
        .resize({ width: MAX_WIDTH_PX, withoutEnlargement: true })
        .webp({ quality: 88 })
        .toBuffer({ resolveWithObject: true });
      const uri = `data:image/webp;base64,${data.toString('base64')}`;
      pictures.push({ step, file, uri, width: info.width, height: info.height });
    } catch {
      continue;
    }
  }
  return pictures;
}

/** `count` of the items, the first and the last among them. */
export function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]!);
}
