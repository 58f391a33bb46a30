import { bicubic, bilinear, type Kernel, lanczos } from '../../core/kernels.js';
import { cutOut, type Image, type ImagePart } from '../../core/image.js';
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
/** Bytes that the passes may read or write beyond a block's end. */
const PADDING_BYTES = 64;
/** Sizes whose taps are cached: most data sets have one or a few. */
const MAX_CACHED_TAPS = 64;

/** The largest image that is copied whole for its parts. */
const MAX_SHARED_BYTES = 2 ** 24;

/** The image in the passes' memory that parts are resized from: both halves of a pair use one copy. */
let sharedImage: WeakRef<Uint8Array> | undefined;
const passes = loadPasses();
const cachedTaps = new Map<string, Taps>();

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
  const row = image.width * 3;
  const rows = taps(`${interpolation} ${image.height} ${spans.down.length} ${height}`, () =>
    tapsOf(image.height, spans.down, height, kernel),
  );
  const columns = taps(`${interpolation} ${image.width} ${spans.across.length} ${width}`, () =>
    tapsOf(image.width, spans.across, width, kernel),
  );

  const source = sourceOf(image);
  const stride = source.image.width * 3;
  const offsets = offsetsOf(
    (source.image.height + 1) * stride,
    height * row * 2 + row,
    width * height * 3,
    rows.weights.byteLength,
    columns.weights.byteLength,
    columns.firsts.byteLength,
  );
  const [start, between, result, rowWeights, columnWeights, columnFirsts, end] = offsets as Offsets;
  const memory = passes?.memoryOf(end);
  if (!passes || !memory) return undefined;
  const { data } = source.image;
  if (!('of' in image) || sharedImage?.deref() !== data) new Uint8Array(memory, start).set(data);
  // A whole image's pixels may change before it is resized again.
  sharedImage = 'of' in image ? new WeakRef(data) : undefined;
  new Int16Array(memory, rowWeights).set(rows.weights);
  new Int16Array(memory, columnWeights).set(columns.weights);
  // Between the passes a pixel takes 6 bytes.
  new Int32Array(memory, columnFirsts, width).set(columns.firsts.map((first) => first * 6));
  for (let y = 0; y < height; y++) {
    const from = start + source.offset + rows.firsts[y]! * stride;
    passes.down(from, between + y * row * 2, row, stride, rowWeights + y * rows.pairs * 4, rows.pairs);
  }
  for (let y = 0; y < height; y++) {
    const from = between + y * row * 2;
    passes.across(from, result + y * width * 3, width, columnFirsts, columnWeights, columns.pairs);
  }
  return { width, height, channels: 3, data: new Uint8Array(memory, result, width * height * 3).slice() };
}

/** The image to copy into the passes' memory, and the offset of `image` in it: parts of a small image share the whole. */
function sourceOf(image: Image | ImagePart): { readonly image: Image; readonly offset: number } {
  if (!('of' in image)) return { image, offset: 0 };
  const { of, left, top } = image;
  if (of.data.length > MAX_SHARED_BYTES) return { image: cutOut(image), offset: 0 };
  return { image: of, offset: (top * of.width + left) * 3 };
}

type Offsets = [
  start: number,
  between: number,
  result: number,
  rowWeights: number,
  columnWeights: number,
  columnFirsts: number,
  end: number,
];

/** Offsets of blocks of so many bytes one after the other, and the end of the last. */
function offsetsOf(...bytes: readonly number[]): number[] {
  const offsets = [0];
  for (const size of bytes) offsets.push(offsets.at(-1)! + Math.ceil((size + PADDING_BYTES) / 16) * 16);
  return offsets;
}

function taps(key: string, make: () => Taps): Taps {
  const found = cachedTaps.get(key) ?? make();
  if (cachedTaps.size >= MAX_CACHED_TAPS) cachedTaps.clear();
  cachedTaps.set(key, found);
  return found;
}
