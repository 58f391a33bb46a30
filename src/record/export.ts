import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { move } from '../core/node/move.js';
import type { LazyArray } from '../core/state.js';
import { ensureFolder, isFileError, reason, syncFile } from './files.js';
import { writeSafetensors } from './safetensors.js';

/** In a run's folder: what is used of it afterwards. */
const EXPORT_FOLDER = 'export';

/**
 * Writes weights that outputs are made with as `export/NAME.safetensors`, one file per network, each in its place at once.
 * @param about what stands in each file's metadata.
 * @returns why it could not, where the disk would not take it.
 */
export async function writeExport(
  run: string,
  networks: Readonly<Record<string, readonly LazyArray[]>>,
  about: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const folder = join(run, EXPORT_FOLDER);
  try {
    await ensureFolder(folder);
    for (const [network, arrays] of Object.entries(networks)) {
      const file = join(folder, `${network}.safetensors`);
      const fresh = `${file}.new`;
      // One that a killed process was at.
      await rm(fresh, { force: true });
      try {
        await writeSafetensors(fresh, arrays, { metadata: { network, ...about } });
        await syncFile(fresh);
        await move(fresh, file);
      } finally {
        // What was written of it may be what fills the disk.
        await rm(fresh, { force: true });
      }
    }
    return undefined;
  } catch (error) {
    if (!isFileError(error)) throw error;
    return `The weights could not be exported to ${folder}: ${reason(error)}.`;
  }
}
