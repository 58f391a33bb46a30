import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { MlflowClient, MlflowError, type Run } from '../../../src/tracking/mlflow/index.js';
import { syncRun } from '../../../src/tracking/index.js';
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

  test.for([-1000, 1000])(
    'a part of a sweep that stalls while it makes the run of all ends under the same (%i ms)',
    async (later) => {
      const name = `stalled-${Date.now()}`;
      const tracking = { mode: 'auto', parent: { key: name, name: 'ablation' } } as const;
      const time = 1_700_000_000_000;
      const slow = new FakeRun(work, name, time + later).start({ tracking });
      let release = (): void => undefined;
      const stalled = new Promise<void>((resolve) => {
        vi.spyOn(MlflowClient.prototype, 'createRun').mockImplementationOnce(async function (
          this: MlflowClient,
          wanted,
        ) {
          resolve();
          await new Promise<void>((go) => (release = go));
          return this.createRun(wanted);
        });
      });
      onTestFinished(() => void vi.restoreAllMocks());
      const first = sync(slow);
      await stalled;
      const others = [1, 2].map(() => new FakeRun(work, name, time).start({ tracking }));
      const results = await Promise.all(others.map((run) => sync(run)));
      release();
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
