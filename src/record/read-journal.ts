import { createReadStream } from 'node:fs';
import { UserError } from '../core/errors.js';
import type { JournalEntry } from '../core/events.js';
import { isFileError, reason } from './files.js';
import { parseLine } from './journal-line.js';

export interface ReadOptions {
  /** Told of a line in the middle that is no entry; a torn last line is no news while a run is alive. */
  readonly warn?: (text: string) => void;
  /** Bytes that are read at most; default: all there are. */
  readonly until?: number;
}

/** Whether what had been written of the steps after its own is void: those steps are done again. */
export const goesBack = ({ type }: JournalEntry): boolean => type === 'resume' || type === 'rollback';

/**
 * The entries of a journal that count, in order. Where a run was resumed at step n, or rolled back to it, what had been
 * written of the steps after n is void: those steps were done again.
 * @throws UserError where there is no journal.
 */
export async function* readJournal(file: string, options: ReadOptions = {}): AsyncGenerator<JournalEntry> {
  const returns = await findReturns(file, options.until);
  let passed = 0;
  let number = 0;
  let damaged: number | undefined;
  for await (const line of linesOf(file, options.until)) {
    number++;
    if (damaged !== undefined) options.warn?.(`Line ${damaged} of ${file} is damaged and left out.`);
    const entry = parseLine(line);
    damaged = entry === undefined && line !== '' ? number : undefined;
    if (!entry) continue;
    if (goesBack(entry)) passed++;
    if (passed >= returns.length || entry.step <= returns[passed]!) yield entry;
  }
}

/** For each resume and rollback in the file, the lowest step that it or a later one went back to. */
async function findReturns(file: string, until: number | undefined): Promise<number[]> {
  const steps: number[] = [];
  for await (const line of linesOf(file, until)) {
    // Parsing only the few lines that may be one makes this pass cheap.
    if (!line.includes('"resume"') && !line.includes('"rollback"')) continue;
    const entry = parseLine(line);
    if (entry && goesBack(entry)) steps.push(entry.step);
  }
  for (let i = steps.length - 2; i >= 0; i--) steps[i] = Math.min(steps[i]!, steps[i + 1]!);
  return steps;
}

/** Not readline: it also splits at U+2028, which may stand inside a JSON text. */
async function* linesOf(file: string, until = Infinity): AsyncGenerator<string> {
  let rest = '';
  if (until === 0) return;
  try {
    const range = until === Infinity ? {} : { end: until - 1 };
    for await (const chunk of createReadStream(file, {
      encoding: 'utf8',
      highWaterMark: 1 << 18,
      ...range,
    })) {
      const lines = (rest + (chunk as string)).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new UserError(`The journal ${file} cannot be read: ${reason(error)}.`, { cause: error });
  }
  if (rest !== '') yield rest;
}
