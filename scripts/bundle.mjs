// Bundles the command line into dist/bin: a few files instead of some five hundred, each of which takes time to open.
import { chmodSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { rolldown } from 'rolldown';

/** Small packages of many files that start with every command, and the bundler's own helpers; the rest stays in node_modules. */
const BUNDLED = [
  ...['commander', 'fastest-levenshtein', 'picocolors', 'typebox', 'yaml', '@oxc-project/runtime'],
  // To measure text: what string-width stands on, too.
  ...['string-width', 'strip-ansi', 'ansi-regex', 'get-east-asian-width'],
];

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

const isOwn = (id) => /^(\.|\/|[A-Za-z]:[\\/])/.test(id);
const isBundled = (id) => BUNDLED.some((name) => id === name || id.startsWith(`${name}/`));

export async function bundle(root) {
  const folder = join(root, 'dist', 'bin');
  rmSync(folder, { recursive: true, force: true });
  const build = await rolldown({
    cwd: root,
    input: { gan: 'bin/gan.ts' },
    platform: 'node',
    plugins: [compiled(root)],
    external: (id) => !isOwn(id) && !isBundled(id),
  });
  await build.write({ dir: folder, format: 'esm', chunkFileNames: '[name]-[hash].js' });
  await build.close();
  chmodSync(join(folder, 'gan.js'), 0o755);
}
