import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const POLL_INTERVAL_MS = 1000;
const MARK = 'cancelled';

/** Asks all processes that train trials of a sweep, on any machine that shares its folder, to save and end. */
export async function cancelSweep(folder: string): Promise<void> {
  await writeFile(join(folder, MARK), `${new Date().toISOString()}\n`);
}

/** Removes the mark, so that the sweep can be resumed. */
export async function uncancelSweep(folder: string): Promise<void> {
  await rm(join(folder, MARK), { force: true });
}

/** Calls once when the sweep is cancelled from now on. */
export function onCancel(folder: string, cancelled: () => void): { release(): void } {
  const markedAt = async (): Promise<number> =>
    stat(join(folder, MARK)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    );
  let before: number | undefined;
  const timer = setInterval(() => {
    void markedAt().then((time) => {
      // A mark from before was for others. Both times are the disk's, so clocks of machines do not matter.
      if (before !== undefined && time > before) {
        clearInterval(timer);
        cancelled();
      }
      before ??= time;
    });
  }, POLL_INTERVAL_MS);
  timer.unref();
  return { release: () => clearInterval(timer) };
}
