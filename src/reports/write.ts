import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { replaceFile } from '../record/files.js';
import { digestRun } from './run/digest.js';
import { embedNetworks } from './run/networks.js';
import { type Library, renderPage } from './shell/page.js';
import { embedSamples } from './run/pictures.js';

/**
 * Writes a run's `report.html` from what its folder holds: one page that needs no network and no other file. May be
 * called at any time, also while the run trains.
 * @returns the page's path.
 */
export async function writeReport(folder: string): Promise<string> {
  const run = await digestRun(folder);
  const page = renderPage(
    run,
    { samples: await embedSamples(folder, run.samples), networks: await embedNetworks(folder) },
    await readLibrary(),
  );
  const file = join(folder, 'report.html');
  // Whoever has the old one open goes on seeing a whole page.
  await replaceFile(file, page);
  return file;
}

/** The charts' library, as it is installed. */
export async function readLibrary(): Promise<Library> {
  const { resolve } = createRequire(import.meta.url);
  const [script, style] = await Promise.all(
    ['uplot/dist/uPlot.iife.min.js', 'uplot/dist/uPlot.min.css'].map((file) =>
      readFile(resolve(file), 'utf8'),
    ),
  );
  return { script: script!, style: style! };
}
