import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { move } from '../core/node/move.js';

/** An error of the file system, as Node throws it. */
export function isFileError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the disk is read-only',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is a file',
  EEXIST: 'a part of its path is a file',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
};

/** What went wrong in words, with the code for searching: `the disk is full (ENOSPC)`. */
export function reason(error: NodeJS.ErrnoException): string {
  const code = error.code ?? '';
  return code in REASONS ? `${REASONS[code]!} (${code})` : error.message;
}

/** Writes a new file and does not return before the disk has it. */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  await withFile(file, 'wx', async (handle) => {
    await handle.writeFile(content);
    await handle.sync();
  });
}

/** Replaces a file atomically: a reader sees all of the old content or all of the new. */
export async function replaceFile(file: string, content: string | Uint8Array): Promise<void> {
  // On a shared disk several machines may write at once, and in containers every process is number 1.
  const fresh = `${file}.${hostname()}.${process.pid}.new`;
  // A killed process of the same number may have left one.
  await rm(fresh, { force: true });
  try {
    await writeDurably(fresh, content);
    await move(fresh, file);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** Removes temporary files of `replaceFile` whose processes are gone. Needs the lock of the folder. */
export async function removeUnfinished(folder: string): Promise<void> {
  const mine = `.${hostname()}.`;
  for (const name of await readdir(folder).catch(() => [])) {
    const at = name.lastIndexOf(mine);
    const [, pid] = (at < 0 ? null : /^(\d+)\.new$/.exec(name.slice(at + mine.length))) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

/** Whether a process of this machine lives. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: alive, and someone else's.
    return isFileError(error) && error.code === 'EPERM';
  }
}

export async function withFile<T>(
  file: string,
  flags: string,
  use: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(file, flags);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

/** Waits until the disk has all that was written to a file, through whichever handle. */
export async function syncFile(file: string): Promise<void> {
  // Windows flushes only what may be written to.
  await withFile(file, 'r+', (handle) => handle.sync());
}

/** Makes a folder's entries (files created, renamed, removed) outlast a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open folders; NTFS journals its entries by itself.
  if (process.platform === 'win32') return;
  await withFile(folder, 'r', (handle) => handle.sync());
}

export async function ensureFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
}
