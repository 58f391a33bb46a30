import { type FileHandle, open } from 'node:fs/promises';
import type { JournalEntry } from '../core/events.js';
import { isFileError } from './files.js';
import { parseLine } from './journal-line.js';
import { goesBack } from './read-journal.js';

const PIECE = 1 << 16;

/**
 * The entries of a journal that count, the last one first: what is asked of a run's end is found without reading all of
 * it. Nothing where there is no journal.
 */
export async function* readJournalBack(file: string): AsyncGenerator<JournalEntry> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if (isFileError(error) && error.code === 'ENOENT') return;
    throw error;
  }
  try {
    // Of the steps after the one that was gone back to, what was written before that is void.
    let last = Infinity;
    for await (const line of linesBack(handle)) {
      const entry = parseLine(line);
      if (!entry || entry.step > last) continue;
      if (goesBack(entry)) last = entry.step;
      yield entry;
    }
  } finally {
    await handle.close();
  }
}

/** The newest entry of a kind; undefined where there is none. */
export async function newestEntry<E extends JournalEntry>(
  file: string,
  isIt: (entry: JournalEntry) => entry is E,
): Promise<E | undefined> {
  for await (const entry of readJournalBack(file)) if (isIt(entry)) return entry;
  return undefined;
}

async function* linesBack(handle: FileHandle): AsyncGenerator<string> {
  let { size: end } = await handle.stat();
  // Bytes, since a piece may begin within a letter.
  let rest = Buffer.alloc(0);
  while (end > 0) {
    const piece = Buffer.alloc(Math.min(PIECE, end));
    end -= piece.length;
    await handle.read(piece, 0, piece.length, end);
    const whole = Buffer.concat([piece, rest]);
    const first = end === 0 ? -1 : whole.indexOf(0x0a);
    rest = first < 0 ? (end === 0 ? Buffer.alloc(0) : whole) : whole.subarray(0, first + 1);
    if (end > 0 && first < 0) continue;
    const lines = whole
      .subarray(first + 1)
      .toString('utf8')
      .split('\n');
    for (const line of lines.reverse()) if (line !== '') yield line;
  }
}
