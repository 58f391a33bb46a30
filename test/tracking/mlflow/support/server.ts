import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { freePort } from '../../../support/free-port.js';
import { FakeMlflow } from './fake.js';

/** Where `.ci/run` installs it. */
const INSTALLED = fileURLToPath(new URL('../../../../.cache/mlflow/bin/mlflow', import.meta.url));

export function findProgram(): string | undefined {
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'mlflow'));
  return [process.env['GAN_TEST_MLFLOW'], INSTALLED, ...onPath].find(
    (file) => file !== undefined && file !== '' && existsSync(file),
  );
}

/** A suite against a real server: left out, and said so, where there is none; in CI there must be one. */
export function describeMlflow(name: string, tests: () => void): void {
  const program = findProgram();
  if (program === undefined && process.env['CI'] === 'true')
    throw new Error('There is no mlflow, and .ci/run should have installed it.');
  if (program === undefined) console.warn(`Left out, no mlflow on PATH or in .cache/mlflow: ${name}`);
  describe.skipIf(program === undefined)(name, tests);
}

/** Milliseconds; it takes 5 s at leisure, and a minute has been seen beside other tests on two cores. */
const START = 300_000;
/** Milliseconds for one answer to whether it is there. */
const ANSWER = 30_000;

export interface ServerOptions {
  /** Further arguments of `mlflow server`. */
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Where it keeps everything; default: a new folder, gone when it stops. */
  readonly folder?: string;
  /** What stands before its paths, with `--static-prefix`. */
  readonly prefix?: string;
}

export class MlflowServer {
  private process: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly options: ServerOptions,
  ) {}

  /** Starts a server on a free port, over an empty folder. */
  static async start(options: ServerOptions = {}): Promise<MlflowServer> {
    const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'gan-mlflow-'));
    const server = new MlflowServer(await freePort(), folder, options);
    try {
      await server.run();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  get uri(): string {
    return `http://127.0.0.1:${this.port}${this.options.prefix ?? ''}`;
  }

  /** Starts it, again where it was killed, over the same data, and waits until it answers. */
  async run(): Promise<void> {
    const program = findProgram()!;
    const args = [
      'server',
      '--backend-store-uri',
      'sqlite:///mlflow.db',
      '--artifacts-destination',
      './artifacts',
      '--host',
      '127.0.0.1',
      '--port',
      String(this.port),
      '--workers',
      '1',
      ...(this.options.prefix === undefined ? [] : ['--static-prefix', this.options.prefix]),
      ...(this.options.args ?? []),
    ];
    const child = spawn(program, args, {
      cwd: this.folder,
      // A group of its own, since its workers outlive it.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        MLFLOW_DISABLE_TELEMETRY: 'true',
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
        ...this.options.env,
      },
    });
    this.process = child;
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
    });
    const end = Date.now() + START;
    while (!(await answers(`${this.uri}/health`))) {
      if (child.exitCode !== null || Date.now() > end) throw new Error(`mlflow did not start:\n${log}`);
      await sleep(100);
    }
  }

  /** SIGKILL for it and its workers. */
  async kill(): Promise<void> {
    const child = this.process;
    this.process = undefined;
    if (child?.pid === undefined || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    process.kill(-child.pid, 'SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    await this.kill();
    if (this.options.folder === undefined) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A server for tests that do not harm it: the one that `.ci/run` started for all files, else one of this file's own. */
export async function sharedServer(): Promise<{
  readonly port: number;
  readonly uri: string;
  stop(): Promise<void>;
}> {
  const uri = process.env['GAN_TEST_MLFLOW_URI'];
  if (uri === undefined || uri === '') return MlflowServer.start();
  // Whoever started it did not wait for it.
  for (const end = Date.now() + START; !(await answers(`${uri}/health`)) && Date.now() < end;)
    await sleep(100);
  return { uri, port: Number(new URL(uri).port), stop: () => Promise.resolve() };
}

/** The same; where there is no MLflow, what stands for it in memory. */
export const anyServer = (): Promise<{ readonly uri: string; stop(): unknown }> =>
  findProgram() === undefined ? FakeMlflow.start() : sharedServer();

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(ANSWER) })).ok;
  } catch {
    return false;
  }
}
