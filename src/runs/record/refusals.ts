import type { MessageEvent } from '../../core/events.js';

type Written = 'Pictures' | 'Checkpoints';

/** What the disk would not take. A full one refuses all that follows: each is on record, and said once until it is mended. */
export class Refusals {
  private readonly refusing = new Set<Written>();

  constructor(
    private readonly record: (event: MessageEvent) => void,
    private readonly warn: (text: string) => void,
  ) {}

  refused(what: Written, step: number, text: string): void {
    this.record({ type: 'message', step, level: 'warning', text });
    if (!this.refusing.has(what)) this.warn(`${text} Training goes on.`);
    this.refusing.add(what);
  }

  taken(what: Written, step: number): void {
    if (!this.refusing.delete(what)) return;
    const text = `${what} are being written again, from step ${step} on.`;
    this.record({ type: 'message', step, level: 'info', text });
  }
}
