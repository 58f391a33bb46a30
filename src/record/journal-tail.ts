import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEntry } from '../core/events.js';
import { isFileError, withFile } from './files.js';
import { JOURNAL_FILE } from './journal.js';
import { parseLine } from './journal-line.js';

export interface TailEntry {
  readonly entry: JournalEntry;
  /** Offset in bytes of the line behind it. */
  readonly end: number;
}

/** Bytes read at once. */
const PIECE = 1 << 17;
const NEWLINE = 0x0a;

/**
 * The whole lines of a journal behind an offset, some of them. Reads what is there and waits for nothing; entries of steps
 * that a resumed run does again are not left out.
 * @returns also where it stopped reading: at the offset given where nothing is new.
 */
export async function readTail(
  run: string,
  offset: number,
): Promise<{ readonly entries: readonly TailEntry[]; readonly end: number }> {
  try {
    return await withFile(join(run, JOURNAL_FILE), 'r', async (file) => {
      const text = await wholeLines(file, offset);
      const entries: TailEntry[] = [];
      let at = offset;
      let from = 0;
      for (let newline = text.indexOf(NEWLINE); newline >= 0; newline = text.indexOf(NEWLINE, from)) {
        const entry = parseLine(text.toString('utf8', from, newline));
        at += newline + 1 - from;
        from = newline + 1;
        if (entry) entries.push({ entry, end: at });
      }
      return { entries, end: at };
    });
  } catch (error) {
    // The run has only just got its folder.
    if (isFileError(error) && error.code === 'ENOENT') return { entries: [], end: offset };
    throw error;
  }
}

/** A piece of the file up to its last newline, however long a line is. */
async function wholeLines(file: FileHandle, offset: number): Promise<Buffer> {
  for (let size = PIECE; ; size *= 4) {
    const buffer = Buffer.alloc(size);
    const { bytesRead } = await file.read(buffer, 0, size, offset);
    const last = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (last >= 0 || bytesRead < size) return buffer.subarray(0, last + 1);
  }
}
