import type { Palette } from '../core/image.js';
import type { Shape } from '../core/shape.js';

/** Examples of one step. Values as the field's `as` says, e.g. rgb in [-1, 1]. */
export interface Batch {
  /** By field: `[batch, ...shape]`, row-major. Not reused afterwards: an engine may keep the array. */
  readonly fields: Readonly<Record<string, { readonly data: Float32Array; readonly shape: Shape }>>;
  /** By source: names of the examples. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly size: number;
}

export interface SourceInfo {
  readonly type: string;
  /** Absolute; undefined for a type without files. */
  readonly folder: string | undefined;
  /** Examples by split. */
  readonly counts: Readonly<Record<string, number>>;
}

/** The opened sources of a recipe. */
export interface Data {
  readonly sources: Readonly<Record<string, SourceInfo>>;
  /** One pass over the largest source, the last short batch left out; at least 1. */
  readonly stepsPerEpoch: number;
  /** Of the fields that have one. */
  readonly palettes: Readonly<Record<string, Palette>>;
  /**
   * Training batches without end, beginning with that of step `from` + 1. Order and augmentation derive from seed and
   * step alone, so that a resumed run sees what the unbroken one would have. Reads ahead while the caller computes.
   */
  batches(from: number): AsyncGenerator<Batch, never>;
  /** One example a time in file-name order, not augmented, sources side by side; ends with the shortest. */
  examples(split: string, limit?: number): AsyncGenerator<Batch>;
  /** Examples that `examples` would give. */
  count(split: string): number;
  close(): Promise<void>;
}
