import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { definitionsWith } from '../definitions.js';
import type { Registry } from '../registry/index.js';

/** Everything that a recipe can name here: what ships, and what the plugins of the settings define. */
export async function knownDefinitions(): Promise<Registry> {
  if (!maySayPlugins()) return definitionsWith([]);
  const { loadSettings } = await import('./settings.js');
  return definitionsWith((await loadSettings({})).plugins ?? []);
}

/** Whether settings may be found from here. Looking takes a millisecond, what reads them much longer to load. */
function maySayPlugins(cwd = process.cwd()): boolean {
  if (process.env['GAN_PLUGINS']) return true;
  for (let folder = cwd; ; folder = dirname(folder)) {
    const names = namesIn(folder);
    if (names.some((name) => /^(\.ganrc|gan\.config\.)/.test(name))) return true;
    if (namesIn(join(folder, '.config')).some((name) => name.startsWith('ganrc'))) return true;
    if (names.includes('package.json')) {
      if (saysGan(join(folder, 'package.json'))) return true;
      // Here the project ends.
      return false;
    }
    if (dirname(folder) === folder) return false;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function saysGan(file: string): boolean {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof json === 'object' && json !== null && 'gan' in json;
  } catch {
    return false;
  }
}
