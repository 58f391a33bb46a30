import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { gan, startGan } from '../support/gan.js';
import { Gate } from '../support/gate.js';
import { hasRedis, RedisServer } from '../sweep/support/redis.js';
import { runsOf, until, workplace } from '../sweep/support/workplace.js';

const root = mkdtempSync(join(tmpdir(), 'gan-halving-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

// A generator that is never trained cannot win, so the order is known: evaluated every 3 of 12 steps.
const VARY = `vary:
  rate: { path: optimizer.learning_rate, values: [1e-30, 1e-3, 1e-2] }
  seed: { path: train.seed, values: [1] }
report: { metrics: [val/l1], rows: rate, average: seed }
`;
const SEARCH = 'search: { type: halving, metric: val/l1, rungs: [3 steps, 6 steps], keep: 0.5 }\n';
const FEW = VARY.replace('1e-30, ', '');
const ONCE = SEARCH.replace(', 6 steps', '');
const STEPS = ['--steps', '12', '--jobs', '2'];

const lastStep = (cwd: string, sweep: string, id: string): number =>
  Math.max(
    ...readdirSync(join(cwd, 'runs', sweep, id, 'checkpoints')).map((name) =>
      Number(name.slice('step-'.length)),
    ),
  );
const journal = (cwd: string, sweep: string, id: string): string =>
  readFileSync(join(cwd, 'runs', sweep, id, 'events.jsonl'), 'utf8');

const weights = (cwd: string, sweep: string, id: string): string =>
  readFileSync(join(cwd, 'runs', sweep, id, 'checkpoints', 'step-12', 'G.safetensors')).toString('base64');

describe('a search by halving', () => {
  const cwd = workplace(
    join(root, 'here'),
    { whole: VARY, halved: VARY + SEARCH, broken: FEW + ONCE },
    { held: true },
  );

  test('stops all but the best at each rung, and the one that is left is what it would have been', async () => {
    const { code, stdout, stderr } = await gan(cwd, 'sweep', 'halved.yaml', ...STEPS);
    expect(code).toBe(0);
    expect(stderr).toMatch(/search +halving: after 3 steps, 6 steps the best 50 % by val\/l1 go on/);
    expect(stderr).toMatch(/rung 3 steps: 2 of 3 go on: rate=.*; rate=/);
    expect(stderr).toMatch(/rung 6 steps: 1 of 2 goes on: rate=/);
    expect(stdout).toContain('1 done, 2 dropped');
    const ids = runsOf(cwd, 'halved');
    expect(ids.map((id) => lastStep(cwd, 'halved', id)).sort((a, b) => a - b)).toEqual([3, 6, 12]);
    const [winner] = ids.filter((id) => lastStep(cwd, 'halved', id) === 12);
    // It went on from its checkpoints, twice, and did no step again.
    expect(journal(cwd, 'halved', winner!).match(/"type":"resume"/g)).toHaveLength(2);
    expect(journal(cwd, 'halved', winner!).match(/"type":"step"/g)).toHaveLength(12);
    const rate = /rung 6 steps: 1 of 2 goes on: rate=(\S+)/.exec(stderr)![1]!;
    await gan(cwd, 'sweep', 'whole.yaml', ...STEPS, '--only', `rate=${rate}`);
    expect(weights(cwd, 'halved', winner!)).toBe(weights(cwd, 'whole', winner!));
    const status = await gan(cwd, 'sweep', 'status', 'halved');
    expect(status.stdout).toMatch(/rung 6 steps: 1 of 2 goes on/);
    expect(status.stdout.match(/ dropped /g)).toHaveLength(2);
    const page = readFileSync(join(cwd, 'runs', 'halved', 'report.html'), 'utf8');
    expect(page).toContain('val/l1 after 6 steps');
    // What was trained for less long is no result.
    const csv = readFileSync(join(cwd, 'runs', 'halved', 'table.csv'), 'utf8');
    expect(csv.trim().split('\n')).toHaveLength(1 + 1);
    const again = await gan(cwd, 'sweep', 'halved.yaml', ...STEPS);
    expect(again.stderr).not.toMatch(/ runs\n/);
    expect(again.code).toBe(0);
  });

  test('goes on where it was when it was ended in the middle', async () => {
    const gate = new Gate(cwd, 'broken');
    const { child, ended, readStderr } = startGan(cwd, ['sweep', 'broken.yaml', ...STEPS], gate.env);
    await until(() => existsSync(join(cwd, 'runs', 'broken')) && runsOf(cwd, 'broken').length >= 2);
    child.kill('SIGINT');
    await until(() => readStderr().includes('Stopping'));
    gate.open();
    expect((await ended).code).toBe(130);
    const { code, stdout } = await gan(cwd, 'sweep', 'broken.yaml', ...STEPS);
    expect(code).toBe(0);
    expect(stdout).toContain('1 done, 1 dropped');
    const winners = (name: string): string[] =>
      runsOf(cwd, name).filter((id) => lastStep(cwd, name, id) === 12);
    expect(winners('broken')).toEqual(winners('halved'));
    const [winner] = winners('broken');
    expect(weights(cwd, 'broken', winner!)).toBe(weights(cwd, 'halved', winner!));
  });
});

test.skipIf(!hasRedis)('workers halve, too', async () => {
  const redis = await RedisServer.start();
  const cwd = workplace(join(root, 'queued'), { shared: FEW + ONCE });
  const worker = startGan(cwd, ['worker', '--queue', redis.url, '--jobs', '2']);
  try {
    const { code, stdout, stderr } = await gan(cwd, 'sweep', 'shared.yaml', ...STEPS, '--queue', redis.url);
    expect(stderr).toMatch(/rung 3 steps: 1 of 2 goes on/);
    expect(stdout).toContain('1 done, 1 dropped');
    expect(code).toBe(0);
    const steps = runsOf(cwd, 'shared').map((id) => lastStep(cwd, 'shared', id));
    expect(steps.sort((a, b) => a - b)).toEqual([3, 12]);
  } finally {
    worker.child.kill('SIGTERM');
    await worker.ended;
    await redis.end();
  }
});
