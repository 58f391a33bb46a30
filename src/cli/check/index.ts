import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { knownDefinitions } from '../known-definitions.js';
import { Bases, Source } from '../../recipe/index.js';
import type { Format } from './format.js';
import type { ExitCode } from '../exit-code.js';
import { checkRecipe, type Checked, isWrong } from './check-recipe.js';
import { recipeFiles } from './files.js';
import { MACHINE_FORMATS } from './formats.js';
import { printText } from './text.js';

/** The argument for stdin: an editor's unsaved text, a file in git's index. */
const STDIN = '-';
const STDIN_NAME = 'stdin';

/** Checks all recipes that the arguments name, and prints the findings. */
export async function checkRecipes(args: readonly string[], format: Format): Promise<ExitCode> {
  const registry = await knownDefinitions();
  const bases = new Bases();
  const results: Checked[] = [];
  for (const file of await recipeFiles(args.filter((arg) => arg !== STDIN)))
    results.push(await checkRecipe(file, registry, bases));
  if (args.includes(STDIN)) {
    // Paths in it are relative to the current folder.
    bases.keepText(resolve(STDIN_NAME), {
      source: new Source(STDIN_NAME, await text(process.stdin), process.cwd()),
    });
    results.push(await checkRecipe(STDIN_NAME, registry, bases));
  }
  if (format === 'text') printText(results);
  else process.stdout.write(MACHINE_FORMATS[format](results));
  return results.some(isWrong) ? 2 : 0;
}
