import type { Image } from '../core/image.js';
import type { CacheUse } from './types.js';

/** Decoded, resized pixels in memory. Nothing is thrown out: an epoch reads all once, so the oldest is as good as any. */
export class PixelCache {
  private readonly entries = new Map<string, readonly Image[]>();
  private bytes = 0;

  constructor(private readonly budget: number) {}

  get(key: string): readonly Image[] | undefined {
    return this.entries.get(key);
  }

  /** Keeps the images of an example, unless that would exceed the budget. */
  add(key: string, images: readonly Image[]): void {
    const bytes = images.reduce((sum, image) => sum + image.data.byteLength, 0);
    if (this.entries.has(key) || this.bytes + bytes > this.budget) return;
    this.entries.set(key, images);
    this.bytes += bytes;
  }

  get use(): CacheUse {
    return { examples: this.entries.size, bytes: this.bytes, budget: this.budget };
  }
}
