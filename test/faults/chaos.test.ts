import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { startGan } from '../support/gan.js';
import { hasRedis, RedisServer } from '../sweep/support/redis.js';
import { workplace } from '../sweep/support/workplace.js';

/** `GAN_CHAOS_TRIALS=200 npx vitest run test/faults/chaos.test.ts` is the whole of it, a few minutes long. */
const TRIALS = Number(process.env['GAN_CHAOS_TRIALS'] ?? 40);
const WORKERS = 4;
const PROGRAM = fileURLToPath(new URL('../sweep/support/quick-worker.mjs', import.meta.url));

const root = mkdtempSync(join(tmpdir(), 'gan-chaos-'));
const began: ChildProcess[] = [];
afterAll(() => {
  for (const child of began) child.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

test.skipIf(!hasRedis)(
  `${TRIALS} trials, ${WORKERS} workers that are killed at random, Redis killed twice: ${TRIALS} results, each once`,
  { timeout: 60_000 + TRIALS * 20_000 },
  async () => {
    const redis = await RedisServer.start();
    const seeds = Array.from({ length: TRIALS }, (_, i) => i + 1).join(', ');
    const cwd = workplace(root, { many: `vary:\n  seed: { path: train.seed, values: [${seeds}] }\n` });
    const runs = join(cwd, 'runs');
    const permits = join(root, 'permits');
    mkdirSync(permits);
    const start = (): ChildProcess => {
      const env = { ...process.env, GAN_TEST_PERMITS: permits };
      const child = spawn(process.execPath, [PROGRAM, redis.url, runs], { stdio: 'ignore', env });
      began.push(child);
      return child;
    };
    const journals = (): string[] =>
      existsSync(join(runs, 'many'))
        ? readdirSync(join(runs, 'many'))
            .map((id) => join(runs, 'many', id, 'events.jsonl'))
            .filter((file) => existsSync(file))
            .map((file) => readFileSync(file, 'utf8'))
        : [];
    const ends = (journal: string): number => journal.match(/"finished"/g)?.length ?? 0;
    try {
      const sweep = startGan(cwd, ['sweep', 'many.yaml', '--queue', redis.url]);
      began.push(sweep.child);
      const workers = Array.from({ length: WORKERS }, start);
      const restarts = [0.3, 0.6].map((share) => Math.round(share * TRIALS));
      let kills = 0;
      // By results, not by the clock: on a slow machine a worker lives as long as it takes to do something. Nor do results
      // come while nobody looks: trials end when they are let.
      let killAt = 3;
      let permitted = 0;
      while (sweep.child.exitCode === null) {
        await sleep(50 + Math.random() * 200);
        const count = journals().filter((journal) => ends(journal) > 0).length;
        if (restarts.length > 0 && count >= restarts[0]!) {
          restarts.shift();
          await redis.down();
          await sleep(500);
          await redis.up();
        }
        if (count >= killAt && count < TRIALS - WORKERS) {
          const which = Math.floor(Math.random() * WORKERS);
          workers[which]!.kill('SIGKILL');
          workers[which] = start();
          kills++;
          killAt = count + 1 + Math.floor(Math.random() * 6);
        }
        if (readdirSync(permits).length === 0)
          for (let i = 0; i < WORKERS; i++) writeFileSync(join(permits, String(++permitted)), '');
      }
      const { code, stdout } = await sweep.ended;
      expect(stdout).toContain(`${TRIALS} done`);
      expect(code).toBe(0);
      expect(kills).toBeGreaterThan(2);
      expect(restarts).toEqual([]);
      expect(journals().map(ends)).toEqual(Array.from({ length: TRIALS }, () => 1));
      console.log(`${TRIALS} results after ${kills} kills of workers and two of Redis`);
    } finally {
      for (const child of began) child.kill('SIGKILL');
      await redis.end();
    }
  },
);
