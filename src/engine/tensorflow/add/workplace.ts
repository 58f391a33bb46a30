import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { move } from '../../../core/node/move.js';
import { UserError } from '../../../core/errors.js';

const PREFIX = '.adding-';

/**
 * A folder of this process's own beside the final place, so that a rename completes the work. What processes that are
 * gone left behind is swept away first.
 */
export async function openWorkplace(engines: string): Promise<string> {
  await mkdir(engines, { recursive: true });
  for (const name of await readdir(engines)) {
    if (name.startsWith(PREFIX) && !isRunning(Number(name.slice(PREFIX.length)))) {
      await rm(join(engines, name), { recursive: true, force: true });
    }
  }
  const folder = join(engines, `${PREFIX}${process.pid}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  return folder;
}

/** Puts a finished folder into its place; what stood there goes only then. */
export async function install(from: string, to: string, workplace: string): Promise<void> {
  if (existsSync(to)) await move(to, join(workplace, 'old'));
  await move(from, to);
}

/** @throws UserError where the disk that `folder` will be on has less room. */
export async function requireRoom(folder: string, bytes: number): Promise<void> {
  let existing = folder;
  while (!existsSync(existing)) existing = dirname(existing);
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new UserError(
    `${prettyBytes(bytes)} are needed in ${folder} for a while, and ${prettyBytes(free)} are free.`,
    { remedy: 'Make room, or name a folder on another disk in GAN_ENGINE_FOLDER.' },
  );
}

/** Bytes of all files below. */
export async function sizeOfFolder(folder: string): Promise<number> {
  const { lstat } = await import('node:fs/promises');
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
