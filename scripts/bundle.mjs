// Bundles the command line into dist/bin: a few files instead of some five hundred, each of which takes time to open.
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * Packages that are bundled, with what they import: small ones of many files that start with every command, ES modules,
 * which a script cannot require, and the bundler's own helpers. The rest stays in node_modules.
 */
const BUNDLED = [
  ...['commander', 'fastest-levenshtein', 'picocolors', 'typebox', 'yaml', '@oxc-project/runtime'],
  ...['@clack/prompts', 'env-paths', 'fast-string-width', 'fontkitten', 'log-update'],
  ...['pretty-bytes', 'pretty-ms', 'wrap-ansi'],
];

/**
 * What starts with every command, and what checking a recipe takes: a file of each opens faster than forty small ones.
 * Modules by the name of their file; in order, since the second needs the first.
 */
const TOGETHER = {
  start: ['src/cli/index.js'],
  check: ['src/cli/check/index.js', 'src/cli/known-definitions.js', 'src/definitions.js'],
};

/**
 * What the compiler made of the sources is bundled, so that one compiler decides how the language is lowered. A bundled
 * module still takes itself to be where it was compiled: workers and files beside it are found there.
 */
const compiled = (root) => ({
  name: 'compiled',
  resolveId: (id) => (id.startsWith('../src/') ? join(root, 'dist', id.slice('../'.length)) : null),
  transform(code, id) {
    const place = relative(join(root, 'dist', 'bin'), id)
      .split(sep)
      .join('/');
    if (!place.startsWith('../src/') || !code.includes('import.meta.url')) return null;
    return code.replaceAll('import.meta.url', `new URL(${JSON.stringify(place)}, import.meta.url).href`);
  },
});

/** Leaves `import()` of packages to the loader of scripts. */
const imports = {
  name: 'imports',
  renderChunk: (code) => code.replace(/(?<![\w$.])import\(/g, 'importModule('),
};

const isOwn = (id) => /^(\.|\/|[A-Za-z]:[\\/])/.test(id);
const isBundled = (id) => BUNDLED.some((name) => id === name || id.startsWith(`${name}/`));
const isPackages = (importer) => /[\\/]node_modules[\\/]/.test(importer);
/** Plugins are given all of it, commands without plugins need little. */
const isForPlugins = (id, importer) => id === 'typebox' && /[\\/]plugins[\\/]load\.js$/.test(importer);

/** Ids of modules and of all that they import at their start. */
function closure(ids, graph, found = new Set()) {
  for (const id of ids) {
    if (found.has(id)) continue;
    found.add(id);
    closure(graph.getModuleInfo(id)?.importedIds ?? [], graph, found);
  }
  return found;
}

/** The groups of modules that are a file each. */
const groups = (root) =>
  Object.entries(TOGETHER).map(([name, files]) => {
    const starts = files.map((file) => join(root, 'dist', file));
    let ids;
    return { debugName: name, name: (id, graph) => ((ids ??= closure(starts, graph)).has(id) ? name : null) };
  });

/** A script cannot require what is an ES module alone; where a package became one, the build says so. */
function failOnModules(chunks, root) {
  const require = createRequire(join(root, 'package.json'));
  const isModule = (id) => {
    const file = require.resolve(id);
    const [folder] = /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(file);
    const { type } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return file.endsWith('.mjs') || (type === 'module' && !file.endsWith('.cjs'));
  };
  for (const id of chunks.flatMap(({ imports }) => imports))
    if (!isBuiltin(id) && !id.endsWith('.cjs') && isModule(id))
      throw new Error(`${id} is an ES module: add it to BUNDLED.`);
}

export async function bundle(root) {
  const dir = join(root, 'dist', 'bin');
  rmSync(dir, { recursive: true, force: true });
  const options = { cwd: root, platform: 'node', plugins: [compiled(root)] };
  const start = await rolldown({ ...options, input: { gan: 'bin/gan.ts' } });
  await start.write({ dir, format: 'esm' });
  await start.close();
  const program = await rolldown({
    ...options,
    input: { cli: join(root, 'dist', 'src', 'cli', 'index.js') },
    // Of its modules what is not used is left out.
    resolve: { alias: { yaml: join(root, 'node_modules', 'yaml', 'browser', 'index.js') } },
    external: (id, importer = '') =>
      !isOwn(id) && !isPackages(importer) && (!isBundled(id) || isForPlugins(id, importer)),
    // What commands import when they need it may be at hand already.
    checks: { ineffectiveDynamicImport: false },
  });
  const { output } = await program.write({
    dir,
    plugins: [imports],
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name]-[hash].cjs',
    codeSplitting: { groups: groups(root) },
  });
  await program.close();
  failOnModules(output, root);
  chmodSync(join(dir, 'gan.js'), 0o755);
}
