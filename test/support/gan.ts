import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The compiled program; `npm test` compiles it first. */
const GAN = fileURLToPath(new URL('../../dist/bin/gan.js', import.meta.url));

export interface Ended {
  /** Exit code; null where a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program as a user would, in a folder. @param input that is piped in. */
export function startGan(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, input?: string) {
  const child = spawn(process.execPath, [GAN, ...args], {
    cwd,
    stdio: 'pipe',
    env: { ...process.env, NO_COLOR: '1', npm_lifecycle_event: '', MLFLOW_TRACKING_URI: '', ...env },
  });
  // It may end before it reads all.
  child.stdin.on('error', () => undefined).end(input);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr })),
  );
  /** What it has written to stderr so far. */
  const readStderr = (): string => stderr;
  return { child, ended, readStderr };
}

/** Runs the program to its end. */
export function gan(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return startGan(cwd, args).ended;
}
