import { readdirSync, readFileSync } from 'node:fs';
import paths, { basename, dirname, extname, relative } from 'node:path';
import { UserError } from '../../core/errors.js';
import { nearest } from '../messages/suggest.js';
import type { Files } from '../read/files.js';
import { decodeSource, type Source } from '../read/source.js';

/** Why a file cannot be read, by the system's error code. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission was denied',
};

/** The files of the disk. */
export const filesOf = (cwd: string): Files => ({ paths, cwd, read: (file) => readSource(file, cwd) });

/** @throws UserError where the file is missing, too large or not UTF-8. */
function readSource(file: string, cwd: string): Source {
  const shown = relative(cwd, file);
  const name = shown.startsWith('..') ? file : shown;
  let bytes: Uint8Array;
  try {
    // Files are small, and every check reads some: the four turns of an asynchronous read take longer than the read itself.
    bytes = readFileSync(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = REASONS[code ?? ''] ?? String(code);
    const remedy = code === 'ENOENT' ? filesLike(file) : undefined;
    throw new UserError(`${name} cannot be read: ${reason}.`, {
      exitCode: 2,
      cause: error,
      ...(remedy !== undefined && { remedy }),
    });
  }
  return decodeSource(name, bytes, dirname(file));
}

/** The recipe beside a missing file whose name is most like the file's. */
function filesLike(path: string): string | undefined {
  let names: readonly string[];
  try {
    names = readdirSync(dirname(path)).filter((file) => /\.ya?ml$/i.test(file));
  } catch {
    return 'Its folder does not exist either: paths are relative to the file that contains them.';
  }
  const name = basename(path);
  const stems = new Map(names.map((file) => [basename(file, extname(file)), file]));
  const near = stems.get(name) ?? nearest(name, names) ?? stems.get(nearest(name, [...stems.keys()]) ?? '');
  return near === undefined ? undefined : `Did you mean "${near}"?`;
}
