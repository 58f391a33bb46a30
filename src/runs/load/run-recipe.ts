import { basename, join } from 'node:path';
import { UserError } from '../../core/errors.js';
import type { LoadedRecipe } from '../../recipe/index.js';
import { loadRecipe, type LoadOptions } from '../../recipe/node.js';
import type { Registry } from '../../registry/index.js';
import { lastOpening, PLUGIN } from '../train/changed-plugins.js';

/** In a run's folder: its recipe with everything written out. */
export const RESOLVED_FILE = 'resolved.yaml';

/**
 * The recipe that a run is trained by. @param run its folder.
 * @throws UserError as loading any recipe does; where plugins are missing that the run was trained with, naming them.
 */
export async function loadRunRecipe(run: string, options: LoadOptions): Promise<LoadedRecipe> {
  try {
    return await loadRecipe(join(run, RESOLVED_FILE), options);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const missing = await missingPlugins(run, options.registry);
    if (missing.length === 0) throw error;
    const [what, they] = missing.length === 1 ? ['the plugin', 'it is'] : ['the plugins', 'they are'];
    throw new UserError(error.message, {
      cause: error,
      exitCode: error.exitCode,
      diagnostics: error.diagnostics,
      remedy: `The run was trained with ${what} ${missing.join(', ')}, and ${they} not loaded here: settings name such files in \`plugins\`.`,
    });
  }
}

async function missingPlugins(run: string, { plugins }: Registry): Promise<readonly string[]> {
  const opening = await lastOpening(run);
  const here = new Set(plugins.map(({ file }) => basename(file)));
  return Object.keys(opening?.versions ?? {})
    .filter((name) => name.startsWith(PLUGIN))
    .map((name) => name.slice(PLUGIN.length))
    .filter((name) => !here.has(name));
}
