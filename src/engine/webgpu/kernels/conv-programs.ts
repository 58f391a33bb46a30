import type { Program } from '../program.js';
import { type Product, product, type Tile } from './product.js';

const NUMBERS = {
  images: 'u32',
  height: 'u32',
  width: 'u32',
  channels: 'u32',
  outHeight: 'u32',
  outWidth: 'u32',
  filters: 'u32',
  filterHeight: 'u32',
  filterWidth: 'u32',
  strideY: 'u32',
  strideX: 'u32',
  top: 'u32',
  left: 'u32',
  dilationY: 'u32',
  dilationX: 'u32',
  /** Parts of the sum, each a result of its own. */
  splits: 'u32',
  /** Steps of a part. */
  each: 'u32',
  /** Elements of the result. */
  size: 'u32',
} as const;

export type ConvNumbers = keyof typeof NUMBERS;

/** A convolution's program for each tile. */
export type ConvPrograms<Tensors extends string> = ReadonlyMap<
  Tile,
  Program<Tensors | 'result', ConvNumbers>
>;

/** What most results are cut into. */
export const LARGE: Tile = { size: 64, each: 4 };
/** For few rows or few columns, which would leave most of a large tile empty: an image's colours, a single pixel. */
export const SMALL: Tile = { size: 16, each: 2 };

const programsOf = <Tensors extends string>(
  name: string,
  [one, other]: readonly [Tensors, Tensors],
  parts: Product,
): ConvPrograms<Tensors> =>
  new Map(
    [LARGE, SMALL].map((tile) => [
      tile,
      {
        name: `gan_${name}_${tile.size}`,
        tensors: { result: 'read_write', [one]: 'read', [other]: 'read' } as Record<
          Tensors | 'result',
          'read' | 'read_write'
        >,
        numbers: NUMBERS,
        code: product(tile, parts),
      },
    ]),
  );

/** WGSL: a pixel's channel; 0 outside of the image. */
const PIXEL = `
fn pixel(index: u32, y: i32, x: i32, channel: u32) -> f32 {
  if (y < 0 || y >= i32(numbers.height) || x < 0 || x >= i32(numbers.width) || channel >= numbers.channels) { return 0; }
  return image[((index * numbers.height + u32(y)) * numbers.width + u32(x)) * numbers.channels + channel];
}`;

/**
 * y[n, i, j, f] = sum over u, v, c of x[n, stride i + dilation u - pad, stride j + dilation v - pad, c] w[u, v, c, f]:
 * the product of the image's patches and the filter (Chellapilla et al. 2006, inria-00112631), of which no copy is
 * made. Rows are pixels of the result, columns filters, segments weights of the filter, summands channels.
 */
export const FORWARD = programsOf('conv', ['image', 'weights'], {
  declarations: `${PIXEL}
fn weight(segment: u32, channel: u32, column: u32) -> f32 {
  if (channel >= numbers.channels || column >= numbers.filters) { return 0; }
  return weights[(segment * numbers.channels + channel) * numbers.filters + column];
}`,
  prepare: `
  let pieces = (numbers.channels + DEPTH - 1u) / DEPTH;
  let steps = numbers.filterHeight * numbers.filterWidth * pieces;
  let rows = numbers.images * numbers.outHeight * numbers.outWidth;
  var corners: array<vec2i, READS>;
  var images: array<u32, READS>;
  for (var i = 0u; i < READS; i++) {
    let row = firstRow + lane / DEPTH + LANES / DEPTH * i;
    let line = row / numbers.outWidth;
    corners[i] = vec2i(
      i32(line % numbers.outHeight * numbers.strideY) - i32(numbers.top),
      i32(row % numbers.outWidth * numbers.strideX) - i32(numbers.left));
    images[i] = line / numbers.outHeight;
    // Outside of every image.
    if (row >= rows) { corners[i].x = -0x40000000; }
  }`,
  left: {
    along: 'depth',
    value: `pixel(images[i],
      corners[i].x + i32(segment / numbers.filterWidth * numbers.dilationY),
      corners[i].y + i32(segment % numbers.filterWidth * numbers.dilationX), begin + depth)`,
  },
  right: { along: 'side', value: 'weight(segment, begin + depth, firstColumn + side)' },
  position: 'row * numbers.filters + column',
  rows: 'rows',
  columns: 'numbers.filters',
});

/**
 * dx[n, h, w, c] = sum over u, v, f of dy[n, (h + pad - u) / stride, (w + pad - v) / stride, f] w[u, v, c, f], where
 * these divide. They do for the same u and v in all pixels that have the same place in a stride: each place is a
 * product without the zeros that a stretched dy would have. Rows are the pixels of a place, columns channels, segments
 * weights that reach them, summands filters. Undilated only.
 */
export const INPUT_GRADIENT = programsOf('conv_input_gradient', ['dy', 'weights'], {
  declarations: `
fn gradient(index: u32, y: i32, x: i32, output: u32) -> f32 {
  if (y < 0 || y >= i32(numbers.outHeight) || x < 0 || x >= i32(numbers.outWidth) || output >= numbers.filters) { return 0; }
  return dy[((index * numbers.outHeight + u32(y)) * numbers.outWidth + u32(x)) * numbers.filters + output];
}
fn weight(y: u32, x: u32, channel: u32, output: u32) -> f32 {
  if (channel >= numbers.channels || output >= numbers.filters) { return 0; }
  return weights[((y * numbers.filterWidth + x) * numbers.channels + channel) * numbers.filters + output];
}
fn inputPosition(pixel: vec3u, channel: u32) -> u32 {
  if (pixel.y >= numbers.height || pixel.z >= numbers.width) { return NOWHERE; }
  return ((pixel.x * numbers.height + pixel.y) * numbers.width + pixel.z) * numbers.channels + channel;
}`,
  prepare: `
  let stride = vec2u(numbers.strideY, numbers.strideX);
  let kernel = vec2u(numbers.filterHeight, numbers.filterWidth);
  let offset = vec2u(place / stride.y, place % stride.y);
  let shifted = offset + vec2u(numbers.top, numbers.left);
  let first = shifted % stride;
  let taps = (max(kernel, first) - first + stride - 1u) / stride;
  let pieces = (numbers.filters + DEPTH - 1u) / DEPTH;
  let steps = taps.x * taps.y * pieces;
  let grid = (vec2u(numbers.height, numbers.width) + stride - 1u) / stride;
  let rows = numbers.images * grid.x * grid.y;
  var corners: array<vec2i, READS>;
  var images: array<u32, READS>;
  for (var i = 0u; i < READS; i++) {
    let row = firstRow + lane / DEPTH + LANES / DEPTH * i;
    let line = row / grid.y;
    corners[i] = vec2i(vec2u(line % grid.x, row % grid.y) + shifted / stride);
    images[i] = line / grid.x;
    if (row >= rows) { corners[i].x = -0x40000000; }
  }`,
  left: {
    along: 'depth',
    value: `gradient(images[i], corners[i].x - i32(segment / taps.y), corners[i].y - i32(segment % taps.y), begin + depth)`,
  },
  right: {
    along: 'depth',
    value: `weight(first.x + segment / taps.y * stride.x, first.y + segment % taps.y * stride.y, firstColumn + side, begin + depth)`,
  },
  position: `inputPosition(vec3u(row / grid.y / grid.x, vec2u(row / grid.y % grid.x, row % grid.y) * stride + offset), column)`,
  rows: 'rows',
  columns: 'numbers.channels',
});

/**
 * dw[u, v, c, f] = sum over n, i, j of x[n, stride i + dilation u - pad, stride j + dilation v - pad, c] dy[n, i, j, f].
 * Places are the filter's weights, rows channels, columns filters, segments lines of dy, summands pixels of a line.
 */
export const FILTER_GRADIENT = programsOf('conv_filter_gradient', ['image', 'dy'], {
  declarations: `${PIXEL}
fn gradient(line: u32, x: u32, column: u32) -> f32 {
  if (x >= numbers.outWidth || column >= numbers.filters) { return 0; }
  return dy[(line * numbers.outWidth + x) * numbers.filters + column];
}
/** The pixel under this weight; none for pixels beyond the end of a line, whose gradient is none. */
fn under(place: u32, line: u32, x: u32, channel: u32) -> f32 {
  return pixel(line / numbers.outHeight,
    i32(line % numbers.outHeight * numbers.strideY + place / numbers.filterWidth * numbers.dilationY) - i32(numbers.top),
    i32(x * numbers.strideX + place % numbers.filterWidth * numbers.dilationX) - i32(numbers.left), channel);
}`,
  prepare: `
  let pieces = (numbers.outWidth + DEPTH - 1u) / DEPTH;
  let steps = numbers.images * numbers.outHeight * pieces;`,
  left: { along: 'side', value: 'under(place, segment, begin + depth, firstRow + side)' },
  right: { along: 'side', value: 'gradient(segment, begin + depth, firstColumn + side)' },
  position: '(place * numbers.channels + row) * numbers.filters + column',
  rows: 'numbers.channels',
  columns: 'numbers.filters',
});
