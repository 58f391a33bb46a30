import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { JournalEntry } from '../../core/events.js';

/** What tells a run from every other one, for as long as its journal begins as it did: 32 hexadecimal digits. */
export function runKey(run: string, first: JournalEntry): string {
  return createHash('sha256')
    .update(`${basename(run)}\n${JSON.stringify(first)}`)
    .digest('hex')
    .slice(0, 32);
}
