import { createRequire } from 'node:module';
import type * as Native from '@napi-rs/image';
import type { Image } from '../../core/image.js';

/** Undefined where the library has no build for this system: sharp then decodes everything. */
let decoder: Promise<Pick<typeof Native, 'Transformer'> | undefined> | undefined;

/**
 * Decodes a JPEG that needs no rotation and no conversion, in less than half of sharp's time, whose pipeline costs more
 * than decoding a small picture. Pixels differ by rounding alone.
 * @param where `aside`: in libuv's threads; `here`: in this thread, which waits
 * @returns undefined where sharp must decode it: rotated, in another colour space, cut off, unusual
 */
export async function decodePlainJpeg(
  bytes: Buffer,
  where: 'aside' | 'here' = 'aside',
): Promise<Image | undefined> {
  const size = sizeOfPlainJpeg(bytes);
  if (!size) return undefined;
  decoder ??= import('@napi-rs/image').catch(() => undefined);
  const loaded = await decoder;
  if (!loaded) return undefined;
  try {
    const transformer = new loaded.Transformer(bytes);
    const data = where === 'here' ? transformer.rawPixelsSync() : await transformer.rawPixels();
    return data.length === size.width * size.height * 3 ? { ...size, channels: 3, data } : undefined;
  } catch {
    // sharp may still read it, or say what is wrong with it.
    return undefined;
  }
}

/** Version of the decoder; empty where it has no build for this system. */
export function plainJpegVersion(): string {
  const require = createRequire(import.meta.url);
  try {
    require('@napi-rs/image');
    return (require('@napi-rs/image/package.json') as { readonly version: string }).version;
  } catch {
    return '';
  }
}

const START = 0xffd8;
const END = 0xffd9;
const EXIF = Buffer.from('Exif\0\0');
/** Baseline, extended and progressive, Huffman-coded. */
const FRAMES = [0xffc0, 0xffc1, 0xffc2];
/** Segments that do not affect pixels: JFIF, tables, comments; 0xffe1 may hold EXIF or XMP. */
const HARMLESS = [0xffe0, 0xffe1, 0xffdb, 0xffc4, 0xffdd, 0xfffe];

/** The size in the header; undefined unless it is upright 8-bit YCbCr, whole, and without a colour profile. */
export function sizeOfPlainJpeg(
  bytes: Buffer,
): { readonly width: number; readonly height: number } | undefined {
  const { length } = bytes;
  if (length < 4 || bytes.readUInt16BE(0) !== START || bytes.readUInt16BE(length - 2) !== END)
    return undefined;
  for (let at = 2; at + 18 < length;) {
    const marker = bytes.readUInt16BE(at);
    const segment = bytes.subarray(at + 4, at + 2 + bytes.readUInt16BE(at + 2));
    if (FRAMES.includes(marker)) return sizeOfFrame(segment);
    if (!HARMLESS.includes(marker) || (marker === 0xffe1 && isTurned(segment))) return undefined;
    at += 4 + segment.length;
  }
  return undefined;
}

/** A frame header: precision, height, width, components, and of each its id, sampling and table. */
function sizeOfFrame(frame: Buffer): { readonly width: number; readonly height: number } | undefined {
  const [precision, , , , , components, first] = frame;
  const [height, width] = [frame.readUInt16BE(1), frame.readUInt16BE(3)];
  // Ids other than 1, 2, 3 (0, 1, 2 by some cameras) stand for RGB.
  const usual = precision === 8 && components === 3 && first! <= 1;
  return usual && width * height > 0 ? { width, height } : undefined;
}

/** Whether EXIF may ask for the picture to be turned: its orientation (tag 0x112 of the first directory) is not 1. */
function isTurned(segment: Buffer): boolean {
  if (!segment.subarray(0, EXIF.length).equals(EXIF)) return false;
  const exif = segment.subarray(EXIF.length);
  const little = exif.toString('latin1', 0, 2) === 'II';
  const short = (at: number): number => (little ? exif.readUInt16LE(at) : exif.readUInt16BE(at));
  try {
    const directory = little ? exif.readUInt32LE(4) : exif.readUInt32BE(4);
    for (let i = 0; i < short(directory); i++) {
      const entry = directory + 2 + i * 12;
      if (short(entry) === 0x112) return short(entry + 8) !== 1;
    }
    return false;
  } catch {
    // An offset points beyond the segment's end.
    return true;
  }
}
