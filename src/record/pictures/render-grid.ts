import sharp from 'sharp';
import type { Image } from '../../core/image.js';
import { outline } from '../../core/node/caption.js';
import type { Grid } from './grid.js';
import { type GridLayout, layOutGrid } from './grid-layout.js';

const PAPER = 255;
const INK = '#1f2328';
const FAINT = '#59636e';

/**
 * The pictures of a sample as one PNG: a row per example, captions above the columns, labels beside the rows; a cell that is no picture is a word. Small
 * images are enlarged by whole factors, so that a pixel stays a square. Many rows are set side by side.
 */
export async function renderGrid(grid: Grid): Promise<Buffer> {
  for (const { images } of grid.rows) {
    if (images.length !== grid.columns.length) {
      throw new Error(`A row has ${images.length} images for ${grid.columns.length} columns.`);
    }
  }
  const layout = layOutGrid(grid);
  const { width, height } = layout;
  const pixels = Buffer.alloc(width * height * 3, PAPER);
  for (const { image, left, top, scale } of layout.pictures) enlarge(image, scale, pixels, width, left, top);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .composite([{ input: Buffer.from(captionsOf(layout)), left: 0, top: 0 }])
    .png({ compressionLevel: 9 })
    .toBuffer();
}

function captionsOf({ width, height, texts }: GridLayout): string {
  const paths = texts.map(({ text, left, base, size, within, align, faint }) => {
    const { path, width: taken } = outline(text, size, within);
    const x =
      align === 'left' ? left : align === 'right' ? left + within - taken : left + (within - taken) / 2;
    return `<path transform="translate(${x.toFixed(2)} ${base})" fill="${faint ? FAINT : INK}" d="${path}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${paths.join('')}</svg>`;
}

/** Paints an image at `left`, `top`, each of its pixels as `scale` x `scale`; what is transparent shows the paper. */
function enlarge(image: Image, scale: number, to: Buffer, toWidth: number, left: number, top: number): void {
  const { width, height, channels, data } = image;
  const line = Buffer.alloc(width * scale * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * channels;
      const alpha = channels === 4 ? data[at + 3]! / 255 : 1;
      for (let c = 0; c < 3; c++) {
        const value = data[channels === 1 ? at : at + c]!;
        const mixed = Math.round(value * alpha + PAPER * (1 - alpha));
        for (let i = 0; i < scale; i++) line[(x * scale + i) * 3 + c] = mixed;
      }
    }
    for (let i = 0; i < scale; i++) line.copy(to, ((top + y * scale + i) * toWidth + left) * 3);
  }
}
