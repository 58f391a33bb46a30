import type { Image } from '../../core/image.js';
import type { ImageSize } from '../../registry/index.js';
import { type Span, spansOf } from './spans.js';

/** Takes the pixel at the middle of each new one: no new colours arise. */
export function pickNearest(image: Image, size: ImageSize, fit: 'fill' | 'cover'): Image {
  const { across, down } = spansOf(image, size, fit);
  const { channels, data } = image;
  const columns = picks(across, size.width, image.width).map((x) => x * channels);
  const rows = picks(down, size.height, image.height).map((y) => y * image.width * channels);
  const out = new Uint8Array(size.width * size.height * channels);
  let to = 0;
  for (const row of rows) {
    for (const column of columns) {
      for (let c = 0; c < channels; c++) out[to++] = data[row + column + c]!;
    }
  }
  return { ...size, channels, data: out };
}

const picks = ({ start, length }: Span, count: number, side: number): Int32Array =>
  Int32Array.from({ length: count }, (_, i) =>
    Math.min(side - 1, Math.floor(start + ((i + 0.5) * length) / count)),
  );
