/** The last values of a series, and their mean in constant time. */
export class Recent {
  private readonly values: Float64Array;
  private sum = 0;
  private count = 0;

  /** @param size how many are kept. */
  constructor(private readonly size: number) {
    this.values = new Float64Array(size);
  }

  add(value: number): void {
    const at = this.count % this.size;
    this.sum += value - this.values[at]!;
    this.values[at] = value;
    this.count += 1;
    // Rounding errors of taking away would add up over a long run.
    if (at === this.size - 1) this.sum = this.values.reduce((a, b) => a + b, 0);
  }

  clear(): void {
    this.values.fill(0);
    this.sum = 0;
    this.count = 0;
  }

  get isFull(): boolean {
    return this.count >= this.size;
  }

  /** NaN before the first. */
  get mean(): number {
    return this.sum / Math.min(this.count, this.size);
  }

  /** The newest; NaN before the first. */
  get last(): number {
    return this.count === 0 ? NaN : this.values[(this.count - 1) % this.size]!;
  }
}
