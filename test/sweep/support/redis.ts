import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../support/free-port.js';

const PROGRAM = process.env['GAN_TEST_REDIS'] ?? 'redis-server';
export const hasRedis = spawnSync(PROGRAM, ['--version']).status === 0;
if (!hasRedis) console.warn('No redis-server here: tests of the queue are skipped (.ci/redis installs one).');

/** PEM files: of the authority, and of certificate and key in one. */
export interface Tls {
  readonly ca: string;
  readonly certificate: string;
}

/** A real Redis of a test's own, which keeps on the disk what it was told. */
export class RedisServer {
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'gan-redis-'));

  private constructor(
    readonly port: number,
    private readonly options: readonly string[],
    private readonly credentials: string,
    private readonly tls: Tls | undefined,
  ) {}

  static async start(options: readonly string[] = [], credentials = '', tls?: Tls): Promise<RedisServer> {
    const redis = new RedisServer(await freePort(), options, credentials, tls);
    await redis.up();
    return redis;
  }

  get url(): string {
    return `redis${this.tls ? 's' : ''}://${this.credentials}127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    const port = this.tls
      ? [
          '--port',
          '0',
          '--tls-port',
          String(this.port),
          '--tls-auth-clients',
          'no',
          '--tls-ca-cert-file',
          this.tls.ca,
        ].concat(['--tls-cert-file', this.tls.certificate, '--tls-key-file', this.tls.certificate])
      : ['--port', String(this.port)];
    const args = ['--bind', '127.0.0.1', ...port, '--dir', this.folder, '--save', ''];
    this.child = spawn(
      PROGRAM,
      [...args, '--appendonly', 'yes', '--appendfsync', 'always', ...this.options],
      {
        stdio: 'ignore',
      },
    );
    // As long as a hook may take.
    while (this.child.exitCode === null) {
      const client = new Redis(this.url, {
        lazyConnect: true,
        retryStrategy: () => null,
        ...(this.tls ? { tls: { ca: readFileSync(this.tls.ca) } } : {}),
      });
      client.on('error', () => undefined);
      const answer = await client.connect().then(
        () => true,
        (error: unknown) => /NOAUTH|WRONGPASS/.test(String(error)),
      );
      client.disconnect();
      if (answer) return;
      await sleep(50);
    }
    throw new Error('Redis did not start.');
  }

  async down(): Promise<void> {
    if (!this.child) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
    this.child = undefined;
  }

  async end(): Promise<void> {
    await this.down();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
