import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Milliseconds between two looks. */
const LOOK_EVERY = 1000;
const MARK = 'cancelled';

/** Asks everybody who is at a sweep now, on whatever machine sees its folder, to save and end. */
export async function cancelSweep(folder: string): Promise<void> {
  await writeFile(join(folder, MARK), `${new Date().toISOString()}\n`);
}

/** Takes the wish back: the sweep goes on. */
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
      // What was there before was meant for others. The clock is the disk's, on both sides.
      if (before !== undefined && time > before) {
        clearInterval(timer);
        cancelled();
      }
      before ??= time;
    });
  }, LOOK_EVERY);
  timer.unref();
  return { release: () => clearInterval(timer) };
}
