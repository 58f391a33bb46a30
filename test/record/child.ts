import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const compiled = new URL('../../dist/src/record/', import.meta.url);
const worker = fileURLToPath(new URL('worker.mjs', import.meta.url));

/** A process of its own that does one task of worker.mjs; `line` is what it says next. */
export interface Child {
  readonly process: ChildProcess;
  line(): Promise<string>;
  /** SIGKILL, and wait until it is gone. */
  kill(): Promise<void>;
}

export function startChild(task: string, ...args: readonly string[]): Child {
  if (!existsSync(compiled))
    throw new Error('These tests run compiled code: `node scripts/build.mjs` first.');
  const child = spawn(process.execPath, [worker, task, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  let output = '';
  child.stdout.setEncoding('utf8');
  return {
    process: child,
    async line() {
      while (!output.includes('\n')) {
        const [chunk] = (await Promise.race([once(child.stdout, 'data'), gone.then(() => ['(gone)\n'])])) as [
          string,
        ];
        output += chunk;
      }
      const end = output.indexOf('\n');
      const first = output.slice(0, end);
      output = output.slice(end + 1);
      return first;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
