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
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { MlflowClient, type Run } from '../../src/tracking/mlflow/index.js';
import { FaultyProxy } from '../tracking/mlflow/support/proxy.js';
import { describeMlflow, sharedServer } from '../tracking/mlflow/support/server.js';
import { gan, startGan } from '../support/gan.js';
import { TINY_RECIPE } from '../support/plan.js';

const work = mkdtempSync(join(tmpdir(), 'gan-sink-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Experiments of one server are told apart by the time. */
const name = `sink-${Date.now()}`;
writeFileSync(
  join(work, 'tiny.yaml'),
  `${TINY_RECIPE.replace('name: tiny', `name: ${name}`)}
sample: { every: 50 steps, split: val, count: 2 }
evaluate: { every: 50 steps, split: val, metrics: [l1] }
checkpoint: { every: 20 steps, keep: 2 }
`,
);
const args = (runs: string, steps: number): string[] => [
  ...['run', 'tiny.yaml', '--runs', runs, '--steps', String(steps)],
  ...['--set', 'data.pairs.train=20', '--set', 'data.pairs.val=3'],
];
/** The only run of a folder of runs; one that is being made is none yet. */
function folderOf(runs: string): string {
  const folder = join(work, runs, name);
  const ids = existsSync(folder) ? readdirSync(folder).filter((id) => !id.startsWith('.')) : [];
  return join(folder, ids[0] ?? 'none');
}
const cursorOf = (runs: string): { runId: string; ended?: string; registered?: boolean } => {
  const folder = join(folderOf(runs), 'tracking');
  const file = readdirSync(folder).find((each) => each.endsWith('.json'))!;
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as ReturnType<typeof cursorOf>;
};
const readJournalOf = (runs: string): string =>
  existsSync(folderOf(runs)) ? readFileSync(join(folderOf(runs), 'events.jsonl'), 'utf8') : '';

describeMlflow('gan run with a tracking server', () => {
  let server: Awaited<ReturnType<typeof sharedServer>>;
  let client: MlflowClient;
  beforeAll(async () => {
    server = await sharedServer();
    client = new MlflowClient({ uri: server.uri, timeout: 120_000 });
    return () => server.stop();
  });

  const runOf = async (runs: string): Promise<Run> => (await client.getRun(cursorOf(runs).runId))!;
  async function stepsOf(run: Run): Promise<number[]> {
    const steps: number[] = [];
    for await (const { step } of client.metricHistory(run.info.run_id, 'D/total')) steps.push(step);
    return steps;
  }
  const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

  test('the run stands there when it has finished, its generator registered, usable from there', async () => {
    const env = { MLFLOW_TRACKING_URI: server.uri };
    const { code, stderr } = await startGan(work, [...args('live', 60), '--register', name], env).ended;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    // Where the machine is too busy to deliver all before the training ends, the sink does soon after.
    await expect.poll(() => cursorOf('live')).toMatchObject({ ended: 'finished', registered: true });
    const run = await runOf('live');
    expect(run.info).toMatchObject({ status: 'FINISHED', run_name: folderOf('live').split('/').at(-1) });
    expect(await stepsOf(run)).toEqual(count(60));
    expect(run.data.params).toContainEqual({ key: 'game.updates.G.losses.l1.weight', value: '100' });
    const files = (await client.artifacts.list(run.info.run_id)).map(({ path }) => path).sort();
    expect(files).toEqual([
      'images',
      'model',
      'networks.svg',
      'plan.txt',
      'recipe.yaml',
      'report.html',
      'resolved.yaml',
    ]);

    // What is registered, downloaded, is all that drawing takes.
    const download = async (path: string): Promise<void> => {
      for (const { path: inner, folder } of await client.artifacts.list(run.info.run_id, path)) {
        if (folder) await download(inner);
        else {
          const from = `${server.uri}/get-artifact?run_uuid=${run.info.run_id}&path=${encodeURIComponent(inner)}`;
          const file = join(work, 'downloaded', inner);
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, Buffer.from(await (await fetch(from)).arrayBuffer()));
        }
      }
    };
    await download('model');
    expect(existsSync(join(work, 'downloaded', 'model', 'checkpoints', 'step-60', 'D.safetensors'))).toBe(
      false,
    );
    const picture = join(folderOf('live'), 'samples', 'step-50.png');
    const drawn = await gan(
      work,
      'predict',
      'downloaded/model',
      picture,
      '--size',
      '16x16',
      '--out',
      'drawn',
    );
    expect(drawn).toMatchObject({ code: 0 });
  });

  test('offline, then gan sync; off is left alone unless it is asked for', async () => {
    const env = { MLFLOW_TRACKING_URI: server.uri };
    await startGan(work, [...args('later', 5), '--tracking', 'offline'], env).ended;
    expect(existsSync(join(folderOf('later'), 'tracking'))).toBe(false);
    const sync = (...more: readonly string[]) =>
      startGan(work, ['sync', '--runs', 'later', ...more], env).ended;
    const first = await sync();
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/^ok .* [1-9]\d* points, 6 files/);
    expect((await sync()).stdout).toMatch(/^ok .* 0 points, 0 files/);
    expect(await stepsOf(await runOf('later'))).toEqual(count(5));

    await startGan(work, [...args('quiet', 5), '--tracking', 'off'], env).ended;
    expect((await startGan(work, ['sync', '--runs', 'quiet'], env).ended).stdout).toContain('no run to send');
    expect((await startGan(work, ['sync', folderOf('quiet')], env).ended).stdout).toMatch(/^ok/);
  });

  test('killed and resumed: KILLED meanwhile, one run, every step once', async () => {
    const env = { MLFLOW_TRACKING_URI: server.uri };
    const first = startGan(work, args('killed', 100_000), env);
    const saved = (): boolean => {
      const folder = join(folderOf('killed'), 'checkpoints');
      return (
        existsSync(folder) && readdirSync(folder).some((name) => Number(name.slice('step-'.length)) >= 40)
      );
    };
    while (!saved()) await sleep(20);
    // Long enough for some of it to be on the server.
    await expect.poll(() => existsSync(join(folderOf('killed'), 'tracking'))).toBe(true);
    await expect.poll(async () => (await stepsOf(await runOf('killed'))).length).toBeGreaterThan(0);
    first.child.kill('SIGKILL');
    await first.ended;
    await expect.poll(async () => (await runOf('killed')).info.status).toBe('KILLED');
    const before = (await stepsOf(await runOf('killed'))).length;
    const steps = before + 40;
    const resumed = startGan(work, ['run', '--resume', folderOf('killed'), '--steps', String(steps)], env);
    expect(await resumed.ended).toMatchObject({ code: 0 });
    await expect.poll(async () => (await runOf('killed')).info.status).toBe('FINISHED');
    const run = await runOf('killed');
    expect(await stepsOf(run)).toEqual(count(steps));
  });

  test('Ctrl-C in a terminal reaches both processes, and the run is KILLED there', async () => {
    const running = startGan(work, args('interrupted', 100_000), { MLFLOW_TRACKING_URI: server.uri });
    const lock = (): string => join(folderOf('interrupted'), 'tracking', 'lock');
    await expect.poll(() => existsSync(lock())).toBe(true);
    const { pid } = JSON.parse(readFileSync(lock(), 'utf8')) as { pid: number };
    await expect
      .poll(() => readFileSync(join(folderOf('interrupted'), 'events.jsonl'), 'utf8').includes('"step"'))
      .toBe(true);
    await expect.poll(running.readStderr).toContain(`MLflow shows this run at ${server.uri}/#/experiments/`);
    process.kill(pid, 'SIGINT');
    running.child.kill('SIGINT');
    expect(await running.ended).toMatchObject({ code: 130 });
    await expect.poll(async () => (await runOf('interrupted')).info.status).toBe('KILLED');
  });
});

describe('gan run with a server that is of no use', () => {
  /** The warning once, and the training's own exit code. */
  async function expectUnmoved(runs: string, env: NodeJS.ProcessEnv, warning: RegExp): Promise<void> {
    const running = startGan(work, args(runs, 100_000), env);
    await expect.poll(running.readStderr).toMatch(warning);
    await expect.poll(() => readJournalOf(runs)).toContain('"type":"step"');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(stderr.split('\n').filter((line) => warning.test(line))).toHaveLength(1);
    expect(stderr).toContain('`gan sync` sends the rest');
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(code).toBe(130);
    // What watches over the training has its own, as where data are late.
    expect(readJournalOf(runs).match(/"type":"message".*"level":"warning"/g)).toHaveLength(1);
  }

  test('a run that ends by itself ends well', async () => {
    const env = { MLFLOW_TRACKING_URI: 'http://127.0.0.1:1' };
    expect(await startGan(work, args('alone', 20), env).ended).toMatchObject({ code: 0 });
  });

  test('nothing listens there', async () => {
    await expectUnmoved(
      'refused',
      { MLFLOW_TRACKING_URI: 'http://127.0.0.1:1' },
      /MLflow at http:\/\/127\.0\.0\.1:1 cannot be reached: nothing listens there.*Training goes on\./,
    );
  });

  test.each([
    ['freezes', 'freeze', /cannot be reached: no answer within 3 s/],
    ['is behind a proxy that fails', { status: 502 }, /failed \(502\)/],
    ['knows nobody', { status: 401 }, /401.*MLFLOW_TRACKING_USERNAME/],
    ['lets nobody write', { status: 403 }, /403.*EDIT permission/],
    ['is something else', { status: 404 }, /is no MLflow server/],
  ] as const)('it %s', async (what, fault, warning) => {
    const proxy = await FaultyProxy.start(1);
    onTestFinished(() => proxy.stop());
    proxy.become(fault);
    // Only who says nothing is not to be waited for.
    const patience = fault === 'freeze' ? { MLFLOW_HTTP_REQUEST_TIMEOUT: '3' } : {};
    const env = { MLFLOW_TRACKING_URI: proxy.uri, ...patience };
    await expectUnmoved(what.replaceAll(' ', '-'), env, warning);
  });

  test('its address is none, its certificate is not there', async () => {
    await expectUnmoved(
      'file',
      { MLFLOW_TRACKING_URI: 'file:///tmp/mlruns' },
      /"file:\/\/\/tmp\/mlruns" is no http/,
    );
    const env = { MLFLOW_TRACKING_URI: 'https://127.0.0.1:1', MLFLOW_TRACKING_SERVER_CERT_PATH: '/none.pem' };
    await expectUnmoved('pem', env, /\/none\.pem cannot be read.*PEM/);
  });

  test('gan sync says what is wrong, exit code 1; without an address, 2', async () => {
    expect(await gan(work, 'sync', '--runs', 'file')).toMatchObject({ code: 2 });
    const nobody = ['--tracking-uri', 'http://127.0.0.1:1'];
    const { code, stdout, stderr } = await gan(work, 'sync', '--runs', 'file', ...nobody);
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^not all .* 0 points/) as string,
    });
    expect(stderr).toContain('nothing listens there');
  });
});
