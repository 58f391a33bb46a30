import { dirname, resolve } from 'node:path';
import { UserError } from '../core/errors.js';
import { ensureFolder, isFileError, reason, replaceFile } from './files.js';

/** Makes a file where a person asked for it, and the folders above it. @throws UserError where that cannot be. */
export async function makeRequestedFile(file: string, make: () => Promise<unknown>): Promise<void> {
  try {
    await ensureFolder(dirname(resolve(file)));
    await make();
  } catch (error) {
    if (!isFileError(error)) throw error;
    throw new UserError(`${file} cannot be written: ${reason(error)}.`, { cause: error });
  }
}

/** The same of a text. */
export const writeRequestedFile = (file: string, content: string): Promise<void> =>
  makeRequestedFile(file, () => replaceFile(file, content));
