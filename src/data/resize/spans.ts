import type { ImageSize } from '../../registry/index.js';

/** The part of a line of pixels that is resized, in pixels; its ends may lie within one. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** The whole image; for `cover` the largest part in its middle that has the shape of the result. */
export function spansOf(
  { width, height }: ImageSize,
  size: ImageSize,
  fit: 'fill' | 'cover',
): { readonly across: Span; readonly down: Span } {
  const scale = Math.min(width / size.width, height / size.height);
  const [across, down] = fit === 'fill' ? [width, height] : [size.width * scale, size.height * scale];
  return {
    across: { start: (width - across) / 2, length: across },
    down: { start: (height - down) / 2, length: down },
  };
}
