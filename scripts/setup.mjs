// Makes a fresh clone ready: installs node_modules where absent or stale, compiles dist/ where older than the sources.
// Runs before `npm start`, `npm test` and `npm run bench`, so it uses built-ins only.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const inRoot = (...parts) => join(root, ...parts);
const { engines } = JSON.parse(readFileSync(inRoot('package.json'), 'utf8'));
const [major, minor] = process.versions.node.split('.').map(Number);

/** Whether this Node is one of a range of package.json: `^20.19.0`, `>=24`. */
function isWithin(range) {
  const [, operator, from, least = '0'] = /^(\^|>=)(\d+)(?:\.(\d+))?/.exec(range.trim());
  return (major === Number(from) && minor >= Number(least)) || (operator === '>=' && major > Number(from));
}

if (!engines.node.split('||').some(isWithin)) {
  console.error(`This project needs Node ${engines.node}, and this is ${process.versions.node}.`);
  process.exit(2);
}

/** Newest modification time below the given files and folders. */
function newest(...paths) {
  let time = 0;
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const stat = statSync(path);
    const inner = stat.isDirectory()
      ? newest(...readdirSync(path).map((name) => join(path, name)))
      : stat.mtimeMs;
    time = Math.max(time, inner);
  }
  return time;
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

// Written after npm ci; names the lock file it installed, so that a pull that changes the lock file installs again.
const stamp = inRoot('node_modules', '.installed-lock');
const lock = createHash('sha256')
  .update(readFileSync(inRoot('package-lock.json')))
  .digest('hex');
const installed = existsSync(stamp) ? readFileSync(stamp, 'utf8').trim() : '';
if (installed !== lock) {
  console.log(
    existsSync(inRoot('node_modules'))
      ? 'The lock file has changed: installing packages again (about a minute) ...'
      : 'First start: installing packages from the npm registry (about a minute, 750 MB) ...',
  );
  // npm's own script, run by this very node: `npm` is a shell wrapper that differs from system to system.
  const npm = process.env.npm_execpath;
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  if (npm?.endsWith('.js')) run(process.execPath, [npm, ...args], { env });
  else run('npm', args, { env, shell: process.platform === 'win32' });
  writeFileSync(stamp, `${lock}\n`);
}

const built = inRoot('dist', '.tsbuildinfo');
const sources = [
  'src',
  'bin',
  'bench',
  'scripts',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
].map((name) => inRoot(name));
if (!existsSync(built) || statSync(built).mtimeMs < newest(...sources)) {
  console.log('Compiling ...');
  run(process.execPath, [inRoot('scripts', 'build.mjs')]);
}
