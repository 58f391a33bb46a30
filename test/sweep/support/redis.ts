import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAM = process.env['GAN_TEST_REDIS'] ?? 'redis-server';
export const hasRedis = spawnSync(PROGRAM, ['--version']).status === 0;
if (!hasRedis) console.warn('No redis-server here: tests of the queue are skipped (.ci/redis installs one).');

/** A real Redis of a test's own, which keeps on the disk what it was told. */
export class RedisServer {
  private child: ChildProcess | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'gan-redis-'));

  private constructor(
    readonly port: number,
    private readonly options: readonly string[],
    private readonly credentials: string,
  ) {}

  static async start(options: readonly string[] = [], credentials = ''): Promise<RedisServer> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    server.close();
    const redis = new RedisServer(address.port, options, credentials);
    await redis.up();
    return redis;
  }

  get url(): string {
    return `redis://${this.credentials}127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    const own = ['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.folder, '--save', ''];
    this.child = spawn(PROGRAM, [...own, '--appendonly', 'yes', '--appendfsync', 'always', ...this.options], {
      stdio: 'ignore',
    });
    for (let tries = 0; tries < 200; tries++) {
      const client = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null });
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
