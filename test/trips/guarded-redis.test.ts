import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { connectRedis } from '../../src/sweep/queue/connection.js';
import { gan, startGan } from '../support/gan.js';
import { Authority, hasOpenssl } from '../tracking/mlflow/support/tls.js';
import { hasRedis, RedisServer } from '../sweep/support/redis.js';
import { workplace } from '../sweep/support/workplace.js';

const root = mkdtempSync(join(tmpdir(), 'gan-guarded-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SEED = 'vary:\n  seed: { path: train.seed, values: [1] }\n';

describe.skipIf(!hasRedis)('a Redis that is guarded', () => {
  test('is used with the password of the address, and never shown it', async () => {
    const redis = await RedisServer.start(['--requirepass', 'geheim'], ':geheim@');
    try {
      const cwd = workplace(join(root, 'guarded'), { one: SEED });
      const connection = await connectRedis(redis.url);
      expect(await connection.ping()).toBe('PONG');
      connection.disconnect();
      const wrong = await gan(cwd, 'worker', '--queue', redis.url.replace('geheim', 'falsch'));
      expect(wrong.code).toBe(1);
      expect(wrong.stderr).toContain('does not let us in');
      expect(wrong.stderr).not.toContain('falsch');
      const without = await gan(cwd, 'worker', '--queue', `redis://127.0.0.1:${redis.port}`);
      expect(without.stderr).toContain('Put user and password into the address');
    } finally {
      await redis.end();
    }
  });

  test('lets in a user of its list with what a queue needs and no more', async () => {
    // Keys of the queue, and all commands but those that harm a server that others use, too.
    const user = [
      '--user',
      'gan',
      'on',
      '>geheim',
      '~bull:gan-trials:*',
      '&*',
      '+@all',
      '-@dangerous',
      '+info',
    ];
    const redis = await RedisServer.start([...user, '--user', 'default', 'off'], 'gan:geheim@');
    try {
      const cwd = workplace(join(root, 'user'), { one: SEED });
      const worker = startGan(cwd, ['worker', '--queue'], { GAN_QUEUE: redis.url });
      const { code, stdout, stderr } = await startGan(cwd, ['sweep', 'one.yaml', '--queue'], {
        GAN_QUEUE: redis.url,
      }).ended;
      worker.child.kill('SIGTERM');
      expect((await worker.ended).stderr).not.toContain('geheim');
      expect(stderr).not.toContain('NOPERM');
      expect(stdout).toContain('1 done');
      expect(code).toBe(0);
    } finally {
      await redis.end();
    }
  });

  test.skipIf(!hasOpenssl)('is reached by TLS where its authority is known, and not otherwise', async () => {
    const authority = new Authority(root, 'authority');
    const tls = { ca: authority.file, certificate: authority.issue('redis', 'IP:127.0.0.1') };
    const redis = await RedisServer.start([], '', tls);
    try {
      const cwd = workplace(join(root, 'tls'), { one: SEED });
      const stranger = await gan(cwd, 'worker', '--queue', redis.url);
      expect(stranger.code).toBe(1);
      expect(stranger.stderr).toMatch(/There is no Redis at rediss:.*certificate/);
      expect(stranger.stderr).toContain('NODE_EXTRA_CA_CERTS');
      const known = { NODE_EXTRA_CA_CERTS: authority.file };
      const worker = startGan(cwd, ['worker', '--queue', redis.url], known);
      const { code, stdout } = await startGan(cwd, ['sweep', 'one.yaml', '--queue', redis.url], known).ended;
      worker.child.kill('SIGTERM');
      await worker.ended;
      expect(stdout).toContain('1 done');
      expect(code).toBe(0);
    } finally {
      await redis.end();
    }
  });

  test('one that is not there is said at once', async () => {
    const cwd = workplace(join(root, 'nobody'), { one: SEED });
    const { code, stderr } = await gan(cwd, 'worker', '--queue', 'redis://127.0.0.1:1');
    expect(code).toBe(1);
    expect(stderr).toContain('There is no Redis at redis://127.0.0.1:1');
    expect((await gan(cwd, 'worker')).stderr).toContain('Where is the queue?');
  });
});
