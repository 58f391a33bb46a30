// Compiles the TypeScript sources into dist/. Built-ins only; runs as `prepare` after `npm ci`.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const project = join(root, 'tsconfig.build.json');
const info = join(root, 'dist', '.tsbuildinfo');
const program = join(root, 'dist', 'bin', 'gan.js');
// A published package carries dist/ and no sources.
if (existsSync(project)) {
  // The incremental compiler trusts its notes: without the files they speak of it would write nothing.
  if (!existsSync(program)) rmSync(info, { force: true });
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
  if (existsSync(program)) chmodSync(program, 0o755);
  // Unchanged output is left untouched; the time says when the sources were last looked at.
  if (status === 0) utimesSync(info, new Date(), new Date());
  process.exit(status ?? 1);
}
