import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { Image } from '../../core/image.js';
import { BadExample, type ImageSize } from '../../registry/index.js';
import { decodePlainJpeg, plainJpegVersion } from './jpeg.js';

// PixelCache keeps decoded pixels under its budget; libvips's cache would hold each file a second time.
sharp.cache(false);

/** Extensions of the formats that sharp's prebuilt libvips decodes. */
export const IMAGE_EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff', '.gif'] as const;

/** `error`: cut-off files are bad, odd metadata is not. */
const OPTIONS = { failOn: 'error' } as const;

/** Reads only the header. @throws BadExample */
export async function probeImage(file: string): Promise<ImageSize> {
  try {
    const { autoOrient } = await sharp(file, OPTIONS).metadata();
    return { width: autoOrient.width, height: autoOrient.height };
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Decodes off this thread: upright by EXIF, 8-bit sRGB whatever the file's depth and colour space. @throws BadExample */
export async function decodeImage(file: string): Promise<Image> {
  try {
    const bytes = await readFile(file);
    const plain = await decodePlainJpeg(bytes);
    if (plain) return plain;
    const { data, info } = await sharp(bytes, OPTIONS)
      .autoOrient()
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, channels: info.channels === 4 ? 4 : 3, data };
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Versions of the libraries that decode: others may round differently. */
export function decoderVersions(): readonly string[] {
  return [sharp.versions.sharp, sharp.versions.vips, plainJpegVersion()];
}

function unreadable(file: string, cause: unknown): BadExample {
  const [text = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  // libvips keeps one error text for all of its threads: another one may have taken it.
  const message = text === '' || text === 'Unknown error' ? 'damaged or cut off' : text;
  return new BadExample(file, `cannot be decoded (${message.replace(`: ${file}`, '')})`, { cause });
}
