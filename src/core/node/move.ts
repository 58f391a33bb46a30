import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between the first two tries; doubled before each further one. */
const FIRST_WAIT_MS = 10;
const TIMEOUT_MS = 5000;
/** Errors of Windows while a process has the file, or one in the folder, open. */
const HELD_OPEN: ReadonlySet<string | undefined> = new Set(['EPERM', 'EACCES', 'EBUSY']);

export interface Moving {
  readonly platform: NodeJS.Platform;
  readonly rename: (from: string, to: string) => Promise<void>;
}

/**
 * Renames a file or folder, replacing a file of that name. Windows refuses this while a virus scanner, an indexer or an
 * editor has it open, usually for moments, so there it is tried again for 5 s.
 * @throws an error of the file system
 */
export async function move(
  from: string,
  to: string,
  moving: Moving = { platform: process.platform, rename },
): Promise<void> {
  for (let wait = FIRST_WAIT_MS, waited = 0; ; wait *= 2) {
    try {
      await moving.rename(from, to);
      return;
    } catch (error) {
      const held = moving.platform === 'win32' && HELD_OPEN.has((error as NodeJS.ErrnoException).code);
      if (!held || waited >= TIMEOUT_MS) throw error;
      await sleep(wait);
      waited += wait;
    }
  }
}
