/** Tasks in the background, a limited number at once. A failure is thrown by the next call, in the order of starting. */
export class TaskQueue {
  private readonly pending: Promise<void>[] = [];

  constructor(private readonly maxRunning: number) {}

  /** Starts a task as soon as fewer than `maxRunning` run. @throws the error of an earlier task. */
  async start(task: () => Promise<void>): Promise<void> {
    while (this.pending.length >= this.maxRunning) await this.pending.shift();
    const started = task();
    // Awaited in its turn; until then its failure must not count as unhandled.
    started.catch(() => undefined);
    this.pending.push(started);
  }

  /** Waits until all tasks have ended. @throws the first error, once none runs any more. */
  async settled(): Promise<void> {
    const results = await Promise.allSettled(this.pending.splice(0));
    for (const each of results) if (each.status === 'rejected') throw each.reason;
  }
}
