import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs a compiled module of this folder in a process of its own. @returns its last line of output, parsed. */
export async function runChild<T>(module: string, args: readonly string[]): Promise<T> {
  const file = fileURLToPath(new URL(module, import.meta.url));
  const { stdout } = await execute(process.execPath, [file, ...args], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}

/** Runs a Python script of `bench/`. @returns its last line of output, parsed. */
export async function runPython<T>(
  python: string,
  script: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<T> {
  // Compiled to dist/bench, two levels below the project.
  const file = fileURLToPath(new URL(`../../bench/${script}`, import.meta.url));
  const env = { ...process.env, ...environment };
  const { stdout } = await execute(python, [file, ...args], { env, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as T;
}
