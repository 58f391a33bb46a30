// Makes dist/: compiles the sources, bundles the program, writes the recipe's checkers as code.
// Runs as `prepare` after `npm ci`.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const project = join(root, 'tsconfig.build.json');
const info = join(root, 'dist', '.tsbuildinfo');
// A published package carries dist/ and no sources.
if (existsSync(project)) {
  const { bundleBrowser } = await import('./bundle-browser.mjs');
  await bundleBrowser();
  // The incremental compiler trusts its notes: without the files they speak of it would write nothing.
  if (!existsSync(join(root, 'dist', 'src', 'cli', 'index.js'))) rmSync(info, { force: true });
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  const { bundle } = await import('./bundle.mjs');
  const { precompile } = await import('./precompile.mjs');
  await bundle(root);
  await precompile();
  // Unchanged output is left untouched; the time says when the sources were last looked at.
  utimesSync(info, new Date(), new Date());
}
