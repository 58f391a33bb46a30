import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../core/errors.js';

export interface LocalServer {
  readonly uri: string;
  /** Whether its process has exited. */
  hasExited(): boolean;
  stop(): Promise<void>;
}

/** Generous, since the first start creates the database. */
const START_TIMEOUT_MS = 120_000;
const HOST = '127.0.0.1';

/** Starts Python's MLflow over `.mlflow` in the folder of runs. @throws UserError where there is no MLflow, or no port. */
export async function startLocalServer(
  runs: string,
  port: number,
  signal: AbortSignal,
): Promise<LocalServer> {
  const [program, ...before] = findMlflow();
  await checkPort(port);
  const folder = join(runs, '.mlflow');
  mkdirSync(folder, { recursive: true });
  const args = [
    ...before,
    'server',
    ...['--backend-store-uri', 'sqlite:///mlflow.db'],
    ...['--artifacts-destination', './artifacts'],
    ...['--host', HOST, '--port', String(port), '--workers', '1'],
  ];
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
    // A process group of its own: Ctrl-C reaches gan alone, and stopping the group stops its workers, too.
    detached: process.platform !== 'win32',
    // Neither is needed here, and without them it takes a quarter of the memory.
    env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true', MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false' },
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-2000);
  });
  const hasExited = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const server: LocalServer = {
    uri: `http://${HOST}:${port}`,
    hasExited,
    stop: async () => {
      if (hasExited()) return;
      const gone = once(child, 'exit');
      if (process.platform === 'win32') child.kill();
      else process.kill(-child.pid!, 'SIGTERM');
      await gone;
    },
  };
  for (const until = Date.now() + START_TIMEOUT_MS; !(await answers(server.uri));) {
    if (hasExited() || Date.now() > until || signal.aborted) {
      await server.stop();
      throw new UserError(
        signal.aborted ? 'Stopped before MLflow was there.' : `MLflow did not start:\n${log.trim()}`,
      );
    }
    await sleep(200);
  }
  return server;
}

/** The command that is MLflow. */
function findMlflow(): [string, ...string[]] {
  const candidates: [string, ...string[]][] = [
    ['mlflow'],
    ['python3', '-m', 'mlflow'],
    ['python', '-m', 'mlflow'],
  ];
  for (const [program, ...args] of candidates) {
    if (spawnSync(program, [...args, '--version'], { stdio: 'ignore' }).status === 0)
      return [program, ...args];
  }
  throw new UserError('`gan ui` shows runs in MLflow, and there is no MLflow here.', {
    remedy:
      'Install it (Python 3.10 or newer): `pip install mlflow`. Without it: every run has its report.html, and --tracking-uri sends runs to a server elsewhere.',
  });
}

async function checkPort(port: number): Promise<void> {
  const server = createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, HOST, () => server.close(() => resolve(true)));
  });
  if (free) return;
  throw new UserError(`Port ${port} is in use.`, { remedy: 'Choose another one with --port.' });
}

async function answers(uri: string): Promise<boolean> {
  try {
    return (await fetch(`${uri}/health`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false;
  }
}
