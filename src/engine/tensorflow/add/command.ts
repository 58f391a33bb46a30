import { spawn } from 'node:child_process';

export interface CommandResult {
  readonly code: number | null;
  /** Standard output and error together. */
  readonly output: string;
}

/** Runs a program to its end. @throws the system's error where it cannot be started, `AbortError` where it was stopped. */
export function runCommand(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly signal?: AbortSignal } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece: string) => (output += piece));
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (!options.signal?.aborted) resolve({ code, output });
    });
  });
}

/** The last lines of a failed program's output. */
export const lastLines = (output: string, count = 12): string =>
  output.trim().split('\n').slice(-count).join('\n  ');
