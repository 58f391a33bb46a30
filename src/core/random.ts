/** Part of a seed: what a draw is for. Draws with different purposes are independent. */
export type SeedPart = string | number;

/**
 * A 32-bit seed from the run's seed and the purpose of a draw (FNV-1a over the parts, then murmur3's finaliser).
 * Every draw of a run is derived so; nothing is global, and a resumed run draws what the unbroken one would have.
 */
export function deriveSeed(...parts: readonly SeedPart[]): number {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    const text = `${typeof part === 'number' ? '#' : '$'}${part}\u0000`;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A small fast generator of our own (sfc32), so that one seed means one sequence on every machine and Node. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  constructor(...seed: readonly SeedPart[]) {
    this.a = deriveSeed(...seed, 'a');
    this.b = deriveSeed(...seed, 'b');
    this.c = deriveSeed(...seed, 'c');
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** Uniform integer in [0, 2^32). */
  uint32(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return t >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** Uniform integer in [0, n). */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Fills `out` with draws from the normal distribution (Box-Muller, two a time). */
  fillNormal(out: Float32Array, mean = 0, deviation = 1): Float32Array {
    for (let i = 0; i < out.length; i += 2) {
      // 1 - u lies in (0, 1], so the logarithm is finite.
      const radius = deviation * Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      out[i] = mean + radius * Math.cos(angle);
      if (i + 1 < out.length) out[i + 1] = mean + radius * Math.sin(angle);
    }
    return out;
  }

  /** Fisher-Yates, in place. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}
