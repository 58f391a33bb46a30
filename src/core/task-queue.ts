/** Work that goes on beside whoever started it, a few at a time, and is settled in the order in which it began. */
export class Behind {
  private readonly pending: Promise<void>[] = [];

  /** @param width at most so many are under way. */
  constructor(private readonly width: number) {}

  /** Starts a piece of work, when there is room for it. @throws what went wrong with an earlier one. */
  async start(work: () => Promise<void>): Promise<void> {
    while (this.pending.length >= this.width) await this.pending.shift();
    const started = work();
    // Awaited in its turn; until then its failure must not count as unhandled.
    started.catch(() => undefined);
    this.pending.push(started);
  }

  /** Waits for all of it. @throws the first thing that went wrong, when nothing is under way any more. */
  async settled(): Promise<void> {
    const ended = await Promise.allSettled(this.pending.splice(0));
    for (const each of ended) if (each.status === 'rejected') throw each.reason;
  }
}
