import { resolve } from 'node:path';
import type { SourceConfig } from '../src/recipe/index.js';

/** The pairs of a side-by-side folder, or made-up towns, as the reference recipe reads them. */
export function sourceOf(folder: string | undefined, size: number, jitter: number): SourceConfig {
  return {
    ...(folder === undefined
      ? { type: 'synthetic-maps', train: 300, val: 0, seed: 1 }
      : { type: 'side-by-side', path: resolve(folder) }),
    fields: { source: { from: 'left', as: 'rgb' }, target: { from: 'right', as: 'rgb' } },
    size: { height: size, width: size },
    fit: 'fill',
    interpolation: 'bicubic',
    augment: { jitter: { height: jitter, width: jitter }, flip: 'horizontal' },
  };
}
