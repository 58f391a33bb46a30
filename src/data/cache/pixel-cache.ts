import type { Value } from '../field.js';
import type { CacheUse } from '../types.js';

/** Decoded, resized pixels in memory. Nothing is evicted: an epoch reads every example once, so age says nothing of use. */
export class PixelCache {
  private readonly entries = new Map<string, readonly Value[]>();
  private bytes = 0;

  constructor(private readonly budget: number) {}

  get(key: string): readonly Value[] | undefined {
    return this.entries.get(key);
  }

  /** Keeps what was read of an example, unless that would exceed the budget. */
  add(key: string, values: readonly Value[]): void {
    const bytes = values.reduce<number>(
      (sum, value) => sum + (typeof value === 'number' ? 0 : value.data.byteLength),
      0,
    );
    if (this.entries.has(key) || this.bytes + bytes > this.budget) return;
    this.entries.set(key, values);
    this.bytes += bytes;
  }

  get use(): CacheUse {
    return { examples: this.entries.size, bytes: this.bytes, budget: this.budget };
  }
}
