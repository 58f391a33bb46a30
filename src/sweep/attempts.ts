import { appendFile, readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ensureFolder, isFileError } from '../record/index.js';

/** An event of one attempt to train a run: also of what happened before the run had a journal. */
export interface Attempt {
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly host: string;
  readonly event: 'begun' | 'finished' | 'paused' | 'stopped' | 'failed' | 'crashed';
  readonly reason?: string;
}

const fileOf = (folder: string, id: string): string => join(folder, 'attempts', `${id}.jsonl`);

/** Appends one short line. Only the process that has the run writes. */
export async function noteAttempt(
  folder: string,
  id: string,
  event: Attempt['event'],
  reason?: string,
): Promise<void> {
  const attempt: Attempt = {
    time: Date.now(),
    host: hostname(),
    event,
    ...(reason === undefined ? {} : { reason }),
  };
  await ensureFolder(join(folder, 'attempts'));
  await appendFile(fileOf(folder, id), `${JSON.stringify(attempt)}\n`);
}

/** The events of all attempts of a run, the first one first. */
export async function readAttempts(folder: string, id: string): Promise<readonly Attempt[]> {
  let text: string;
  try {
    text = await readFile(fileOf(folder, id), 'utf8');
  } catch (error) {
    if (isFileError(error) && error.code === 'ENOENT') return [];
    throw error;
  }
  return text.split('\n').flatMap((line): Attempt[] => {
    try {
      return line === '' ? [] : [JSON.parse(line) as Attempt];
    } catch {
      // Torn by a kill.
      return [];
    }
  });
}
