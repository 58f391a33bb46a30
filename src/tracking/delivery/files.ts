import { readdir, readFile } from 'node:fs/promises';
import { isFileError, JOURNAL_FILE } from '../../record/index.js';

/** Locks and files that are being written. The journal is not sent either: it becomes curves. */
const IGNORED = /^(\.|lock)|\.new$/;

/** Files directly in a run's folder: recipes, plan, report, and files that users put there. */
export async function topFiles(run: string): Promise<string[]> {
  const entries = await readdir(run, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== JOURNAL_FILE && !IGNORED.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

/** @returns undefined where there is no such file any more. */
export async function readIfThere(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isFileError(error) && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
