import * as load from './load.js';
import { type LoadOptions, onDisk } from './node/disk.js';

export { freezeRecipe } from './load.js';
export { exampleErrors } from './validate/example.js';

export type { LoadOptions } from './node/disk.js';

/**
 * Reads a recipe file into data.
 * @throws UserError (exit code 2) with every finding at once, each with its place.
 */
export const loadRecipe = (file: string, options: LoadOptions): Promise<load.LoadedRecipe> =>
  load.loadRecipe(file, onDisk(options));

/** The same from a text; `file` need not exist, it names the text and says what `./` is beside. */
export const parseRecipe = (
  text: string,
  options: LoadOptions & { readonly file?: string },
): Promise<load.LoadedRecipe> => load.parseRecipe(text, onDisk(options));

/** The nodes of a recipe file, checked. @throws UserError (exit code 2), likewise. */
export const analyseRecipe = (file: string, options: LoadOptions): Promise<load.AnalysedRecipe> =>
  load.analyseRecipe(file, onDisk(options));
