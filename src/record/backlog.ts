/** Bytes in memory at once. The networks of 64 px fit in; those of 256 px are then written nearly as fast as they are read. */
const LIMIT_BYTES = 128e6;

/** Writes under way, bounded by the bytes that they hold in memory. */
export class Backlog {
  private readonly pending = new Set<Promise<unknown>>();
  private bytes = 0;

  constructor(private readonly limit = LIMIT_BYTES) {}

  /** Waits until `bytes` more have room; what is larger than the limit waits until it is alone. */
  async room(bytes: number): Promise<void> {
    while (this.pending.size > 0 && this.bytes + bytes > this.limit) await Promise.race(this.pending);
  }

  /** Counts a write until it has settled. @returns the same promise: its failure is for whoever awaits it. */
  add(bytes: number, write: Promise<void>): Promise<void> {
    this.bytes += bytes;
    const settled = write
      .catch(() => undefined)
      .then(() => {
        this.bytes -= bytes;
        this.pending.delete(settled);
      });
    this.pending.add(settled);
    return write;
  }
}
