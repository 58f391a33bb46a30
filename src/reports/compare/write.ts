import { writeRequestedFile } from '../../record/index.js';
import { embedSamples } from '../run/pictures.js';
import { readLibrary } from '../shell/library.js';
import type { Comparison } from './compare.js';
import { renderComparison } from './page.js';

/** Writes a comparison as one page that needs no network and no other file. */
export async function writeComparison(comparison: Comparison, file: string): Promise<void> {
  const pictures = await Promise.all(
    comparison.runs.map(({ run: { folder, samples } }) => embedSamples(folder, samples)),
  );
  await writeRequestedFile(file, renderComparison(comparison, pictures, await readLibrary()));
}
