import { bicubic, bilinear, type Kernel, lanczos } from '../../core/kernels.js';
import type { Image, ImagePart } from '../../core/image.js';
import type { ImageSize } from '../../registry/index.js';
import { spansOf } from './spans.js';
import { type Taps, tapsOf } from './taps.js';
import { loadPasses } from './wasm.js';

export interface ResampleOptions {
  readonly size: ImageSize;
  readonly fit: 'fill' | 'cover';
  readonly interpolation: 'bilinear' | 'bicubic' | 'lanczos';
}

const KERNELS: Readonly<Record<ResampleOptions['interpolation'], Kernel>> = { bilinear, bicubic, lanczos };
/** What the passes may read or write beyond their own. */
const SLACK = 64;
/** Sizes whose taps are kept: most data sets have one or a few. */
const KEPT = 64;

const passes = loadPasses();
const known = new Map<string, Taps>();

/**
 * Resizes RGB within a level of what exact arithmetic gives, in about a tenth of the time that sharp takes for a small
 * picture. Rows first, then columns, as Pillow and libvips do.
 * @returns undefined where it cannot: no WebAssembly SIMD, or too large
 */
export function resample(
  image: Image | ImagePart,
  { size, fit, interpolation }: ResampleOptions,
): Image | undefined {
  const { width, height } = size;
  const spans = spansOf(image, size, fit);
  const kernel = KERNELS[interpolation];
  const stride = image.width * 3;
  const rows = taps(`${interpolation} ${image.height} ${spans.down.length} ${height}`, () =>
    tapsOf(image.height, spans.down, height, kernel),
  );
  const columns = taps(`${interpolation} ${image.width} ${spans.across.length} ${width}`, () =>
    tapsOf(image.width, spans.across, width, kernel),
  );

  const places = lay(
    (image.height + 1) * stride,
    height * stride * 2 + stride,
    width * height * 3,
    rows.weights.byteLength,
    columns.weights.byteLength,
    columns.firsts.byteLength,
  );
  const [source, between, result, rowWeights, columnWeights, columnFirsts, end] = places as Places;
  const memory = passes?.room(end);
  if (!passes || !memory) return undefined;
  putRows(new Uint8Array(memory, source), image);
  new Int16Array(memory, rowWeights).set(rows.weights);
  new Int16Array(memory, columnWeights).set(columns.weights);
  // Between the passes a pixel takes 6 bytes.
  new Int32Array(memory, columnFirsts, width).set(columns.firsts.map((first) => first * 6));
  for (let y = 0; y < height; y++) {
    const row = between + y * stride * 2;
    passes.down(source + rows.firsts[y]! * stride, row, stride, rowWeights + y * rows.pairs * 4, rows.pairs);
  }
  for (let y = 0; y < height; y++) {
    const row = between + y * stride * 2;
    passes.across(row, result + y * width * 3, width, columnFirsts, columnWeights, columns.pairs);
  }
  return { width, height, channels: 3, data: new Uint8Array(memory, result, width * height * 3).slice() };
}

/** Its rows one behind the other. */
function putRows(to: Uint8Array, image: Image | ImagePart): void {
  if (!('of' in image)) {
    to.set(image.data);
    return;
  }
  const { of, left, top, width, height } = image;
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * of.width + left) * 3;
    to.set(of.data.subarray(from, from + width * 3), y * width * 3);
  }
}

type Places = [
  source: number,
  between: number,
  result: number,
  rowWeights: number,
  columnWeights: number,
  columnFirsts: number,
  end: number,
];

/** Where blocks of so many bytes lie one behind the other, and where the last ends. */
function lay(...bytes: readonly number[]): number[] {
  const places = [0];
  for (const size of bytes) places.push(places.at(-1)! + Math.ceil((size + SLACK) / 16) * 16);
  return places;
}

function taps(key: string, make: () => Taps): Taps {
  const found = known.get(key) ?? make();
  if (known.size >= KEPT) known.clear();
  known.set(key, found);
  return found;
}
