/** Bytes that may wait for the system at once: a network of 64 px fits, one of 256 px is written nearly as fast as read. */
const LIMIT = 128e6;

/** Writes under way, bounded by the bytes that they hold in memory. */
export class Backlog {
  private readonly pending = new Set<Promise<unknown>>();
  private bytes = 0;

  constructor(private readonly limit = LIMIT) {}

  /** Waits until `bytes` more have room; what is larger than the limit waits until it is alone. */
  async room(bytes: number): Promise<void> {
    while (this.pending.size > 0 && this.bytes + bytes > this.limit) await Promise.race(this.pending);
  }

  /** Counts a write until it has ended. Its failure is for whoever awaits what is returned, and waits for that. */
  add(bytes: number, write: Promise<void>): Promise<void> {
    this.bytes += bytes;
    const ended = write
      .catch(() => undefined)
      .then(() => {
        this.bytes -= bytes;
        this.pending.delete(ended);
      });
    this.pending.add(ended);
    return write;
  }
}
