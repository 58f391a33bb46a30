import { Type } from 'typebox';
import type { Padding } from '../core/window.js';
import type { RoleChoice } from '../registry/index.js';
import type { LayerConfig } from '../registry/index.js';

export type Upsample = 'transposed-conv' | 'resize-conv' | 'pixel-shuffle' | 'dilated-conv';

const WAYS =
  '`transposed-conv`; `resize-conv` repeats pixels, then convolves (no checkerboards); `pixel-shuffle` makes the larger image’s pixels as channels; `dilated-conv` repeats pixels, then convolves with taps as far apart as the old pixels. All but the first pad by `same` unless the block sets `padding`.';

/** How blocks enlarge. */
export const upsampleParam = (fallback: Upsample = 'transposed-conv') =>
  Type.Enum(['transposed-conv', 'resize-conv', 'pixel-shuffle', 'dilated-conv'], {
    default: fallback,
    description: `The way up: ${WAYS}`,
  });

export interface UpsampleBlock {
  /** Of the block: its layers are named below it. */
  readonly path: string;
  readonly filters: number;
  readonly kernel: number;
  /** How many times larger. */
  readonly stride: number;
  /** Of a transposed convolution. */
  readonly padding: Padding;
  readonly output_padding?: number;
  /** Of the other ways, where it is set for them. */
  readonly ownPadding?: Padding | undefined;
  readonly bias: boolean;
  readonly init: number | RoleChoice;
  readonly weight_norm?: 'none' | 'spectral';
}

/** The layers that make an image `stride` times larger with `filters` channels. */
export function upsampleLayers(way: Upsample, block: UpsampleBlock): LayerConfig[] {
  const { path, filters, kernel, stride, padding, output_padding = 0, ownPadding = 'same', ...start } = block;
  const conv = { id: `${path}/conv`, filters, kernel, ...start };
  switch (way) {
    case 'transposed-conv':
      return [{ ...conv, type: way, stride, padding, ...(output_padding > 0 ? { output_padding } : {}) }];
    case 'resize-conv':
      if (ownPadding === 'same') return [{ ...conv, type: way, factor: stride }];
      return [
        { id: `${path}/upsample`, type: 'upsample', factor: stride },
        { ...conv, type: 'conv', padding: ownPadding },
      ];
    case 'pixel-shuffle':
      return [
        { ...conv, type: 'conv', filters: filters * stride ** 2, padding: ownPadding },
        { id: `${path}/shuffle`, type: way, factor: stride },
      ];
    case 'dilated-conv':
      return [
        { id: `${path}/upsample`, type: 'upsample', factor: stride },
        { ...conv, type: way, dilation: Math.max(stride, 1), padding: ownPadding },
      ];
  }
}
