import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { MlflowClient, MlflowError, type Run } from '../../src/mlflow/index.js';
import { syncRun } from '../../src/tracking/index.js';
import { anyServer } from '../mlflow/support/server.js';
import { FakeRun } from './support/run-folder.js';

const work = mkdtempSync(join(tmpdir(), 'gan-delivery-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('what of a journal is found on the server', () => {
  let server: Awaited<ReturnType<typeof anyServer>>;
  let client: MlflowClient;
  beforeAll(async () => {
    server = await anyServer();
    client = new MlflowClient({ uri: server.uri, timeout: 120_000 });
    return () => void server.stop();
  });

  const sync = (run: FakeRun, more: object = {}) =>
    syncRun(run.folder, { uri: server.uri, ...more }, (text) => expect.fail(text));
  const runOf = async ({ url }: { url: string | undefined }): Promise<Run> =>
    (await client.getRun(url!.split('/').at(-1)!))!;
  const tagsOf = (run: Run) => Object.fromEntries(run.data.tags!.map(({ key, value }) => [key, value]));
  const paramsOf = (run: Run) =>
    Object.fromEntries((run.data.params ?? []).map(({ key, value }) => [key, value]));
  async function curve(run: Run, key: string): Promise<(readonly [number, number])[]> {
    const points: (readonly [number, number])[] = [];
    for await (const { step, value } of client.metricHistory(run.info.run_id, key))
      points.push([step, value]);
    return points;
  }

  test('a resumed run goes on in its run; steps done twice stand there once', async () => {
    const run = new FakeRun(work, 'resumed')
      .start()
      .append({ type: 'params', step: 0, params: { 'train.for': '5 steps' } });
    run.steps(1, 5);
    // Killed: nobody wrote an end.
    const first = await sync(run);
    expect((await runOf(first)).info.status).toBe('KILLED');
    run
      .append({ type: 'resume', step: 3, recipeFolder: '/', versions: {}, machine: {} })
      .append({ type: 'params', step: 3, params: { 'train.for': '8 steps' } })
      .steps(4, 8)
      .append({ type: 'end', step: 8, status: 'finished' });
    const second = await sync(run);
    expect(second.url).toBe(first.url);
    const found = await runOf(second);
    expect(found.info.status).toBe('FINISHED');
    expect((await curve(found, 'D/loss-0')).map(([step]) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(paramsOf(found)).toEqual({ 'train.for': '5 steps' });
    expect(tagsOf(found)).toMatchObject({ 'resumed with train.for': '8 steps' });
  });

  test('runs of a sweep that begin at once are children of one run, which there is once', async () => {
    const name = `sweep-${Date.now()}`;
    const tracking = { mode: 'auto', parent: { key: name, name: 'ablation' } } as const;
    const children = Array.from({ length: 4 }, () => new FakeRun(work, name).start({ tracking }));
    const results = await Promise.all(children.map((child) => sync(child)));
    const found = await Promise.all(results.map(runOf));
    const parents = new Set(found.map((run) => tagsOf(run)['mlflow.parentRunId']));
    expect(parents.size).toBe(1);
    const [parent] = parents;
    expect((await client.getRun(parent!))!.info.run_name).toBe('ablation');
    const { runs } = (await (
      await fetch(`${server.uri}/api/2.0/mlflow/runs/search`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ experiment_ids: [found[0]!.info.experiment_id] }),
      })
    ).json()) as { runs: Run[] };
    expect(runs).toHaveLength(5);
  });

  test.for([-1000, 1000])(
    'a part of a sweep that stalls while it makes the run of all ends under the same (%i ms)',
    async (later) => {
      const name = `stalled-${Date.now()}`;
      const tracking = { mode: 'auto', parent: { key: name, name: 'ablation' } } as const;
      const time = 1_700_000_000_000;
      const slow = new FakeRun(work, name, time + later).start({ tracking });
      let goOn = (): void => undefined;
      const stalled = new Promise<void>((resolve) => {
        vi.spyOn(MlflowClient.prototype, 'createRun').mockImplementationOnce(async function (
          this: MlflowClient,
          wanted,
        ) {
          resolve();
          await new Promise<void>((go) => (goOn = go));
          return this.createRun(wanted);
        });
      });
      onTestFinished(() => void vi.restoreAllMocks());
      const first = sync(slow);
      await stalled;
      const others = [1, 2].map(() => new FakeRun(work, name, time).start({ tracking }));
      const results = await Promise.all(others.map((run) => sync(run)));
      goOn();
      const found = await Promise.all([await first, ...results].map(runOf));
      const parents = new Set(found.map((run) => tagsOf(run)['mlflow.parentRunId']!));
      expect(parents.size).toBe(1);
      const [parent] = parents;
      expect((await client.getRun(parent!))!.info.lifecycle_stage).toBe('active');
      const tag = { key: 'gan.key', value: name };
      const active = await client.findRuns(found[0]!.info.experiment_id, tag, 'ACTIVE_ONLY');
      expect(active.map(({ info }) => info.run_id)).toEqual([parent]);
    },
  );

  test('a run that a slow server made of a request given up for lost is put away', async () => {
    const name = `lost-${Date.now()}`;
    vi.spyOn(MlflowClient.prototype, 'createRun')
      .mockRejectedValueOnce(new MlflowError('unreachable', 'No answer.'))
      .mockImplementationOnce(async function (this: MlflowClient, wanted) {
        const run = await this.createRun(wanted);
        // The one that was given up.
        await this.createRun(wanted);
        return run;
      });
    onTestFinished(() => void vi.restoreAllMocks());
    const run = new FakeRun(work, name)
      .start()
      .steps(1, 2)
      .append({ type: 'end', step: 2, status: 'finished' });
    const result = await sync(run);
    expect(result.failure).toBeUndefined();
    const found = await runOf(result);
    const tag = { key: 'gan.key', value: tagsOf(found)['gan.key']! };
    const active = await client.findRuns(found.info.experiment_id, tag, 'ACTIVE_ONLY');
    expect(active.map(({ info }) => info.run_id)).toEqual([found.info.run_id]);
    expect(await client.findRuns(found.info.experiment_id, tag)).toHaveLength(2);
  });

  test('MLFLOW_RUN_ID names the run of a sweep, whose trials keep their own', async () => {
    const name = `sweep-into-${Date.now()}`;
    const experimentId = await client.ensureExperiment(name);
    const given = await client.createRun({ experimentId, name: 'given', startTime: 1, tags: [] });
    const tracking = { mode: 'auto', parent: { key: name, name } } as const;
    const child = await runOf(
      await sync(new FakeRun(work, name).start({ tracking }), { runId: given.info.run_id }),
    );
    expect(child.info.run_id).not.toBe(given.info.run_id);
    expect(tagsOf(child)['mlflow.parentRunId']).toBe(given.info.run_id);
  });
});
