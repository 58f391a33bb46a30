import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../../core/errors.js';

const isYaml = (name: string): boolean => /\.ya?ml$/i.test(name);
const isHidden = (name: string): boolean => name.startsWith('.') || name === 'node_modules';

/**
 * The recipe files that arguments mean: a file is itself, a folder all YAML below it, anything else a glob pattern
 * (which not every shell expands). Each file once, in the order of the arguments.
 * @throws UserError where an argument means nothing.
 */
export async function recipeFiles(args: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const arg of args) {
    const entry = await stat(arg).catch(() => undefined);
    if (entry && !entry.isDirectory()) {
      found.push(arg);
      continue;
    }
    const files = entry ? await below(arg) : await matching(arg);
    if (files.length === 0) {
      throw new UserError(entry ? `There are no recipes in ${arg}.` : `There is no file ${arg}.`, {
        exitCode: 2,
        remedy: 'Name a recipe, a folder of recipes (*.yaml), or a pattern such as "recipes/**/*.yaml".',
      });
    }
    found.push(...files);
  }
  // By where they lie: what a whole path names, a pattern may name from here.
  const seen = new Set<string>();
  return found.filter((file) => !seen.has(resolve(file)) && seen.add(resolve(file)));
}

/** All YAML files of a folder and its sub-folders, hidden ones left out, in alphabetical order. */
async function below(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter(({ name }) => !isHidden(name))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await below(path)));
    else if (isYaml(entry.name)) found.push(path);
  }
  return found.sort();
}

async function matching(pattern: string): Promise<readonly string[]> {
  const { glob, isDynamicPattern } = await import('tinyglobby');
  // In a pattern `\` escapes; on Windows it separates folders.
  const portable = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern;
  if (!isDynamicPattern(portable)) return [];
  return (await glob(portable, { expandDirectories: false })).sort();
}
