import type { Palette } from '../core/image.js';
import type { Shape } from '../core/shape.js';

/** Examples of one step. Values as the field's `as` says, e.g. rgb in [-1, 1]. */
export interface Batch {
  /** By field; shape `[batch, height, width, channels]`, row-major. Not reused afterwards: an engine may keep the array. */
  readonly fields: Readonly<Record<string, { readonly data: Float32Array; readonly shape: Shape }>>;
  /** By source: names of the examples. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly size: number;
}

export interface SourceInfo {
  readonly type: string;
  /** Absolute; undefined for a type without files. */
  readonly folder: string | undefined;
  /** Examples by split, those that turn out unreadable included. */
  readonly counts: Readonly<Record<string, number>>;
  /** By field that is a class: the names of the classes in the order of their numbers. */
  readonly classes?: Readonly<Record<string, readonly string[]>>;
}

/** Decoded pixels in memory. */
export interface CacheUse {
  readonly examples: number;
  readonly bytes: number;
  readonly budget: number;
}

/** An example that is skipped because it cannot be read. */
export interface SkippedExample {
  readonly source: string;
  readonly file: string;
  readonly reason: string;
}

/** The opened sources of a recipe. */
export interface Data {
  readonly sources: Readonly<Record<string, SourceInfo>>;
  /** One pass over the largest source, the last short batch left out; at least 1. @throws UserError without train. */
  readonly stepsPerEpoch: number;
  /** Of the fields that have one. */
  readonly palettes: Readonly<Record<string, Palette>>;
  /** Current state. */
  readonly cache: CacheUse;
  /** Known so far: headers are checked on opening, pixels when they are read. */
  readonly skipped: readonly SkippedExample[];
  /**
   * Training batches without end, beginning with that of step `from` + 1. Order and augmentation derive from seed and
   * step alone, so that a resumed run sees what the unbroken one would have. Reads ahead while the caller computes.
   */
  batches(from: number): AsyncGenerator<Batch, never>;
  /**
   * One example a time in file-name order, not augmented, sources side by side; ends with the shortest. Where one
   * source's example cannot be read the others' beside it are left out too, so that pairs stay pairs.
   */
  examples(split: string, limit?: number): AsyncGenerator<Batch>;
  /** Examples that `examples` would give, as far as headers tell. Rejects with a UserError where there is no such split. */
  count(split: string): Promise<number>;
  /** By source: tells one state of its files from another. A second's work at most. */
  digests(): Promise<Readonly<Record<string, string>>>;
  /** Waits for what is being read; nothing is read afterwards. */
  close(): Promise<void>;
}
