import { Random } from '../core/random.js';

/** Position of a draw in a source's endless stream. */
export interface Position {
  /** Full passes before this one. */
  readonly pass: number;
  /** Within the pass, from 0. */
  readonly position: number;
  /** Of the example, in file-name order. */
  readonly index: number;
}

/** The endless shuffled order of one source: a new permutation per pass, each derived from the seed alone. */
export class Order {
  private readonly permutations = new Map<number, readonly number[]>();

  constructor(
    private readonly seed: number,
    private readonly source: string,
    private readonly count: number,
    /** Draws of one pass: `count`, or less where an epoch's last short batch is left out. */
    private readonly length: number,
  ) {}

  /** @param draw counts from 0 over the whole run. */
  at(draw: number): Position {
    const pass = Math.floor(draw / this.length);
    const position = draw % this.length;
    return { pass, position, index: this.permutation(pass)[position]! };
  }

  private permutation(pass: number): readonly number[] {
    const known = this.permutations.get(pass);
    if (known) return known;
    const indices = Array.from({ length: this.count }, (_, i) => i);
    const permutation = new Random(this.seed, 'shuffle', this.source, pass).shuffle(indices);
    // Reading ahead needs two passes at most.
    this.permutations.delete(pass - 2);
    return this.permutations.set(pass, permutation).get(pass)!;
  }
}

/** Draws of one pass: the largest sources drop their last short batch, smaller ones start over at their end. */
export function passLength(count: number, largest: number, batch: number): number {
  return count === largest && count >= batch ? count - (count % batch) : count;
}

/** One pass over the largest source, the last short batch left out; at least 1. */
export function stepsPerEpoch(largest: number, batch: number): number {
  return Math.max(1, Math.floor(largest / batch));
}
