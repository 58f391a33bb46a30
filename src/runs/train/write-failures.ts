import type { MessageEvent } from '../../core/events.js';

type Written = 'Pictures' | 'Checkpoints';

/**
 * Pictures and checkpoints that the disk would not take. A full disk refuses all that follow: each is on record, and the
 * user is warned once until it is written to again.
 */
export class WriteFailures {
  private readonly failing = new Set<Written>();

  constructor(
    private readonly record: (event: MessageEvent) => void,
    private readonly warn: (text: string) => void,
  ) {}

  failed(what: Written, step: number, text: string): void {
    this.record({ type: 'message', step, level: 'warning', text });
    if (!this.failing.has(what)) this.warn(`${text} Training goes on.`);
    this.failing.add(what);
  }

  succeeded(what: Written, step: number): void {
    if (!this.failing.delete(what)) return;
    const text = `${what} are being written again, from step ${step} on.`;
    this.record({ type: 'message', step, level: 'info', text });
  }
}
