import { rename } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between the first two tries, twice as many before each further one; and those after which it gives up. */
const FIRST_WAIT = 10;
const PATIENCE = 5000;
/** What Windows answers where somebody has the file open, or one in the folder. */
const HELD_OPEN: ReadonlySet<string | undefined> = new Set(['EPERM', 'EACCES', 'EBUSY']);

export interface Moving {
  readonly platform: NodeJS.Platform;
  readonly rename: (from: string, to: string) => Promise<void>;
}

/**
 * Gives a file or folder another name, in place of a file that has it. Windows refuses that for as long as a virus
 * scanner, an indexer or an editor has it open, mostly for moments: there it is tried for 5 s.
 * @throws an error of the file system
 */
export async function move(
  from: string,
  to: string,
  moving: Moving = { platform: process.platform, rename },
): Promise<void> {
  for (let wait = FIRST_WAIT, waited = 0; ; wait *= 2) {
    try {
      await moving.rename(from, to);
      return;
    } catch (error) {
      const held = moving.platform === 'win32' && HELD_OPEN.has((error as NodeJS.ErrnoException).code);
      if (!held || waited >= PATIENCE) throw error;
      await sleep(wait);
      waited += wait;
    }
  }
}
