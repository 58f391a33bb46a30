import { createHash } from 'node:crypto';
import { access, readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { createJiti } from 'jiti';
import { UserError } from '../core/errors.js';
import { slashed } from '../core/node/paths.js';
import {
  type Definition,
  type Kind,
  kindOfDefinition,
  type PluginRecord,
  type Registry,
} from '../registry/index.js';
import * as api from './api.js';
import { faultsOf } from './contract.js';

/** Files that can be plugins. */
const EXTENSIONS = /\.[cm]?[jt]s$/;
const GUIDE = 'docs/plugins.md shows one whole.';

/**
 * The registry with what plugin files define. TypeScript is read by jiti, since Node 20 reads none; `gan-recipes` is this
 * very program, wherever the file lies.
 * @param files absolute, or from where the program was started.
 * @throws UserError (exit code 2) naming the file, what is wrong with it, and what to do.
 */
export async function withPlugins(registry: Registry, files: readonly string[]): Promise<Registry> {
  let joined = registry;
  for (const file of files) joined = await withPlugin(joined, resolve(file));
  return joined;
}

async function withPlugin(registry: Registry, file: string): Promise<Registry> {
  const name = nameOf(file);
  const fail = (message: string, remedy: string, cause?: unknown): UserError =>
    new UserError(`The plugin ${name} ${message}`, { exitCode: 2, remedy, cause });
  if (!EXTENSIONS.test(file))
    throw fail(
      'is no plugin: its name ends in neither .ts, .js nor .mjs.',
      'Settings name such files in `plugins`.',
    );
  try {
    await access(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : String(code);
    throw fail(
      `cannot be read: ${reason}.`,
      '`plugins` in settings are paths beside the settings file.',
      error,
    );
  }
  let plugin: Imported;
  try {
    plugin = await importFile(file);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw fail(
      `cannot be loaded: ${message}`,
      'It runs before anything else does; mend it, or take it out of `plugins`.',
      error,
    );
  }
  const definitions = definitionsOf(plugin.exported);
  if (definitions.length === 0)
    throw fail(
      'exports no definition.',
      `Export what defineLoss, defineLayer, ... return: export const mine = defineLoss({ ... }). ${GUIDE}`,
    );
  let joined = registry;
  const faults: string[] = [];
  for (const [key, kind, definition] of definitions) {
    const found = faultsOf(kind, definition, joined);
    faults.push(
      ...found.map(
        (fault) => `${kind} ${typeof definition.type === 'string' ? definition.type : key} ${fault}.`,
      ),
    );
    if (found.length === 0) joined = joined.with([[kind, definition]]);
  }
  if (faults.length > 0) {
    const one = faults.length === 1;
    throw fail(`cannot be used: ${one ? faults[0]! : `\n  - ${faults.join('\n  - ')}`}`, GUIDE);
  }
  const record: PluginRecord = {
    file,
    digest: await digestOf(file, plugin.files),
    types: definitions.map(([, kind, { type }]) => ({ kind, type })),
  };
  return joined.with([], [record]);
}

interface Imported {
  readonly exported: Readonly<Record<string, unknown>>;
  /** It and what it imports, installed packages left out; what two plugins import is the first one's. */
  readonly files: readonly string[];
}

async function importFile(file: string): Promise<Imported> {
  // Whole, and so none of the little that commands without plugins need of it.
  const { Type } = await import('typebox');
  const jiti = createJiti(import.meta.url, {
    // A cache of transformed files would be found wherever a plugin lies.
    fsCache: false,
    virtualModules: { 'gan-recipes': { ...api, Type }, typebox: { Type } },
  });
  const exported = await jiti.import<Readonly<Record<string, unknown>>>(file);
  const files = new Set<string>();
  const visit = (module: NodeJS.Module | undefined): void => {
    if (!module || files.has(module.filename) || /[\\/]node_modules[\\/]/.test(module.filename)) return;
    files.add(module.filename);
    module.children.forEach(visit);
  };
  // Under its name with slashes, on any system.
  visit(Object.entries(jiti.cache).find(([name]) => resolve(name) === file)?.[1]);
  return { exported, files: [...files] };
}

/** SHA-256 of the plugin; with imports of its own, of the names and digests of all. */
async function digestOf(file: string, imported: readonly string[]): Promise<string> {
  const digest = async (name: string): Promise<string> =>
    createHash('sha256')
      .update(await readFile(name))
      .digest('hex');
  const others = imported.filter((name) => resolve(name) !== file);
  if (others.length === 0) return digest(file);
  const lines = await Promise.all(
    [file, ...others].map(async (name) => `${slashed(relative(dirname(file), name))} ${await digest(name)}`),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

/** Everything exported that a `define` helper made, also in lists; each once. */
function definitionsOf(
  exported: Readonly<Record<string, unknown>>,
): readonly (readonly [string, Kind, Definition])[] {
  const seen = new Set<unknown>();
  return Object.entries(exported).flatMap(([key, value]) =>
    [value].flat().flatMap((each) => {
      const kind = kindOfDefinition(each);
      if (kind === undefined || seen.has(each)) return [];
      seen.add(each);
      return [[key, kind, each as Definition] as const];
    }),
  );
}

function nameOf(file: string): string {
  const shown = relative(process.cwd(), file);
  return shown.startsWith('..') ? file : shown;
}
