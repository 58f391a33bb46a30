import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../../core/errors.js';
import { lastLines, runCommand } from './command.js';

const TFJS = '4.22.0';
const HEADERS = '1.9.0';
/** What of tfjs the kernels of tfjs-node ask for. */
const SHARED = ['tfjs', 'tfjs-core'];

/**
 * Installs tfjs-node's sources and Node's headers into the folder: no install script runs, so nothing else is fetched.
 * tfjs itself is not installed a second time. A package of its name hands on the tfjs of whoever loads the engine;
 * kernels registered with another copy would be registered twice, or nowhere.
 */
export async function installPackages(folder: string, signal?: AbortSignal): Promise<void> {
  for (const name of SHARED) {
    const stub = join(folder, name);
    await mkdir(stub, { recursive: true });
    await writeJson(join(stub, 'package.json'), {
      name: `@tensorflow/${name}`,
      version: TFJS,
      main: 'index.js',
    });
    await writeFile(
      join(stub, 'index.js'),
      "// The tfjs of the program that loads this engine.\nmodule.exports = globalThis[Symbol.for('gan-recipes.tfjs')];\n",
    );
  }
  await writeJson(join(folder, 'package.json'), {
    private: true,
    dependencies: {
      ...Object.fromEntries(SHARED.map((name) => [`@tensorflow/${name}`, `file:./${name}`])),
      '@tensorflow/tfjs-node': TFJS,
      'node-api-headers': HEADERS,
    },
  });
  const args = [
    'install',
    '--prefix',
    folder,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  // npm's own script where npm runs us: `npm` is a shell wrapper that differs from system to system.
  const script = process.env['npm_execpath'];
  const [program, ...before] = script?.endsWith('.js') ? [process.execPath, script] : ['npm'];
  const { code, output } = await runCommand(program, [...before, ...args], {
    cwd: folder,
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new UserError('npm cannot be started.', {
      cause: error,
      remedy: 'Install npm; it comes with Node.',
    });
  });
  if (code === 0) return;
  throw new UserError(`npm could not install @tensorflow/tfjs-node ${TFJS}:\n  ${lastLines(output)}`, {
    remedy: 'Check that the npm registry can be reached, and run the command again.',
  });
}

const writeJson = (file: string, value: unknown) =>
  writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`);
