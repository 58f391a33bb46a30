import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { JournalEntry } from '../../core/events.js';

/** Identifies a run by its folder's name and its journal's first entry: 32 hexadecimal digits. */
export function runKey(run: string, first: JournalEntry): string {
  return createHash('sha256')
    .update(`${basename(run)}\n${JSON.stringify(first)}`)
    .digest('hex')
    .slice(0, 32);
}
