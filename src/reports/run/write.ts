import { join } from 'node:path';
import { replaceFile } from '../../record/index.js';
import { readLibrary } from '../shell/library.js';
import { digestRun } from './digest.js';
import { embedNetworks } from './networks.js';
import { renderRunPage } from './page.js';
import { embedSamples } from './pictures.js';

/**
 * Writes a run's `report.html` from what its folder holds: one page that needs no network and no other file. May be
 * called at any time, also while the run trains.
 * @returns the page's path.
 */
export async function writeReport(folder: string): Promise<string> {
  const run = await digestRun(folder);
  const page = renderRunPage(
    run,
    { samples: await embedSamples(folder, run.samples), networks: await embedNetworks(folder) },
    await readLibrary(),
  );
  const file = join(folder, 'report.html');
  // Replaced as a whole: a reader never sees half a page.
  await replaceFile(file, page);
  return file;
}
