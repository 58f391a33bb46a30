import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connectionFromEnvironment, MlflowClient } from '../../src/tracking/mlflow/index.js';
import { MlflowStore } from '../../src/sweep/store/index.js';
import { describeMlflow, MlflowServer } from '../tracking/mlflow/support/server.js';
import { gan, startGan } from '../support/gan.js';
import { Gate } from '../support/gate.js';
import { hasRedis, RedisServer } from '../sweep/support/redis.js';
import { runsOf, until, weightsOf, workplace } from '../sweep/support/workplace.js';

const SEED = 'vary:\n  seed: { path: train.seed, values: [1] }\n';
const STEPS = ['--steps', '60'];

describeMlflow('trials kept on MLflow, for workers that share no folder', () => {
  const root = mkdtempSync(join(tmpdir(), 'gan-store-'));
  let server: MlflowServer;
  let client: MlflowClient;
  let redis: RedisServer | undefined;
  beforeAll(async () => {
    server = await MlflowServer.start();
    client = new MlflowClient(connectionFromEnvironment(server.uri, {}));
    if (hasRedis) redis = await RedisServer.start();
  });
  afterAll(async () => {
    await client.close();
    await redis?.end();
    await server.stop();
    rmSync(root, { recursive: true, force: true });
  });
  const began: ChildProcess[] = [];
  afterEach(() => {
    for (const child of began.splice(0)) child.kill('SIGKILL');
  });

  const textOf = (...path: string[]): string => readFileSync(join(...path), 'utf8');

  test.skipIf(!hasRedis)(
    'a worker killed in the middle: one on another machine goes on, and the sweep gets the result',
    async () => {
      const cwd = workplace(join(root, 'killed'), { alone: SEED, kept: SEED }, { held: true });
      expect((await gan(cwd, 'sweep', 'alone.yaml', ...STEPS)).code).toBe(0);
      const env = { MLFLOW_TRACKING_URI: server.uri };
      const gate = new Gate(cwd, 'kept');
      const start = (args: readonly string[], more: NodeJS.ProcessEnv = {}) => {
        const started = startGan(cwd, args, { ...env, ...more });
        began.push(started.child);
        return started;
      };
      const queue = ['--queue', redis!.url];
      const worker = ['worker', ...queue, '--lock', '2', '--runs'];
      const first = start([...worker, 'first'], gate.env);
      const sweep = start(['sweep', 'kept.yaml', ...STEPS, ...queue, '--store', 'mlflow']);
      const manifest = join(cwd, 'runs', 'kept', 'sweep.json');
      await until(() => existsSync(manifest) && textOf(manifest).includes('"store"'));
      const { store: kept, runs } = JSON.parse(textOf(manifest)) as {
        readonly store: { readonly run: string };
        readonly runs: readonly { readonly id: string }[];
      };
      const id = runs[0]!.id;
      const store = await MlflowStore.open(kept.run, { uri: server.uri });
      await expect.poll(async () => (await store.manifestOf(id))?.step).toBeGreaterThanOrEqual(2);
      first.child.kill('SIGKILL');
      await first.ended;
      gate.open();
      const second = start([...worker, 'second', '--drain']);
      const { code, stdout, stderr } = await sweep.ended;
      expect(`${code} ${stderr}`).toMatch(/^0 /);
      expect(stdout).toContain('1 done');
      expect((await second.ended).stderr).toContain('goes on');
      // The same bits as of a trial that nothing happened to.
      const [alone] = runsOf(cwd, 'alone');
      const generator = ['checkpoints', 'step-60', 'G.safetensors'];
      expect(textOf(cwd, 'second', 'kept', id, ...generator)).toBe(
        textOf(cwd, 'runs', 'alone', alone!, ...generator),
      );
      expect(Object.keys(weightsOf(cwd, 'alone', 60))).toHaveLength(1);
      // Here are the results, and no checkpoints.
      const here = join(cwd, 'runs', 'kept', id);
      expect(readdirSync(here)).toEqual(
        expect.arrayContaining(['events.jsonl', 'export', 'recipe.yaml', 'samples']),
      );
      expect(existsSync(join(here, 'checkpoints'))).toBe(false);
      const journal = textOf(here, 'events.jsonl');
      expect(journal).toContain('"type":"resume"');
      expect(journal.match(/"status":"finished"/g)).toHaveLength(1);
      expect(textOf(cwd, 'runs', 'kept', 'table.md')).toContain('l1');
      // Nor has MLflow got a step twice.
      const { experiment_id } = (await client.getRun(kept.run))!.info;
      const trial = await client.findRun(experiment_id, { key: 'mlflow.parentRunId', value: kept.run });
      const steps: number[] = [];
      for await (const { step } of client.metricHistory(trial!.info.run_id, 'val/l1')) steps.push(step);
      expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
      expect(steps.at(-1)).toBe(60);
      // Elsewhere it was begun; here it goes on with workers alone.
      const here2 = await gan(cwd, 'sweep', 'kept.yaml', ...STEPS);
      expect(here2.code).toBe(2);
      expect(here2.stderr).toContain('Trials of kept are kept on MLflow');
      await store.close();
    },
  );

  test.skipIf(!hasRedis)('a sweep that is cancelled is by way of Redis, too', async () => {
    const cwd = workplace(join(root, 'cancelled'), { long: SEED });
    const env = { MLFLOW_TRACKING_URI: server.uri };
    const queue = ['--queue', redis!.url];
    const steps = ['--steps', '100000'];
    await startGan(cwd, ['sweep', 'long.yaml', ...steps, ...queue, '--store', 'mlflow', '--detach'], env)
      .ended;
    const worker = startGan(cwd, ['worker', ...queue, '--runs', 'elsewhere', '--drain'], env);
    began.push(worker.child);
    await until(
      () =>
        existsSync(join(cwd, 'elsewhere', 'long')) &&
        readdirSync(join(cwd, 'elsewhere', 'long')).some((name) => name.startsWith('seed')),
    );
    expect((await startGan(cwd, ['sweep', 'cancel', 'long', ...queue], env).ended).code).toBe(0);
    expect((await worker.ended).stderr).toContain('stopped');
    const status = await startGan(cwd, ['sweep', 'status', 'long'], env).ended;
    expect(status.stdout).toContain('1 stopped');
  });
});
