import { knownDefinitions } from '../known-definitions.js';
import { Bases } from '../../recipe/bases.js';
import type { Format } from '../commands/check.js';
import type { ExitCode } from '../exit-code.js';
import { checkRecipe, type Checked, isWrong } from './check-recipe.js';
import { recipeFiles } from './files.js';
import { MACHINE_FORMATS } from './formats.js';
import { printText } from './text.js';

/** Checks all recipes that the arguments mean, and says what was found. */
export async function checkRecipes(args: readonly string[], format: Format): Promise<ExitCode> {
  const registry = await knownDefinitions();
  const bases = new Bases();
  const results: Checked[] = [];
  for (const file of await recipeFiles(args)) results.push(await checkRecipe(file, registry, bases));
  if (format === 'text') printText(results);
  else process.stdout.write(MACHINE_FORMATS[format](results));
  return results.some(isWrong) ? 2 : 0;
}
