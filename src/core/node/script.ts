import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Scripts that were loaded, by file. */
const loaded = new Map<string, { readonly script: Script; readonly module: { exports: unknown } }>();

/** Of the function whose body a file is. An import in code that came out of a cache finds no loader: one is handed in. */
const PARAMETERS = 'exports, require, module, __filename, __dirname, importModule';

/** What V8 made of a script, beside it. */
const codeCacheOf = (file: string): string => `${file}.v8`;

/**
 * Loads a CommonJS file that the build wrote, once, and those beside it that it requires. Where the build left what V8 made
 * of it, nothing of it is compiled: Node's own loader takes no code cache before Node 22, and later none that was not made
 * by a start before. A cache of another version of V8 is left aside.
 * @param file absolute. `importModule(id)` stands in it for `import(id)`.
 * @throws what reading the file throws (ENOENT where there is none), and what its code throws.
 */
export function loadScript(file: string): unknown {
  const cached = loaded.get(file);
  if (cached) return cached.module.exports;
  const cachedData = readIfThere(codeCacheOf(file));
  const script = new Script(`(function (${PARAMETERS}) {${readFileSync(file, 'utf8')}\n})`, {
    filename: file,
    ...(cachedData ? { cachedData } : {}),
  });
  const module = { exports: {} };
  loaded.set(file, { script, module });
  const folder = dirname(file);
  const requireElsewhere = createRequire(file);
  const require = (id: string): unknown =>
    id.startsWith('./') ? loadScript(join(folder, id)) : requireElsewhere(id);
  const define = script.runInThisContext() as (...args: unknown[]) => void;
  define(module.exports, require, module, file, folder, (id: string) => import(id));
  return module.exports;
}

/** Keeps what was compiled of the scripts loaded so far. For the build, once it has done what is usual. */
export function writeCodeCaches(): void {
  for (const [file, { script }] of loaded) writeFileSync(codeCacheOf(file), script.createCachedData());
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
