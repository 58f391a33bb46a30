import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MlflowClient, type Run } from '../../src/tracking/mlflow/index.js';
import { describeMlflow, sharedServer } from '../tracking/mlflow/support/server.js';
import { startGan } from '../support/gan.js';
import { workplace } from '../sweep/support/workplace.js';

const root = mkdtempSync(join(tmpdir(), 'gan-sweep-tracking-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Experiments of one server are told apart by the time. */
const name = `sweep-${Date.now()}`;

describeMlflow('gan sweep with a tracking server', () => {
  let server: Awaited<ReturnType<typeof sharedServer>>;
  beforeAll(async () => {
    server = await sharedServer();
    return () => server.stop();
  });

  const cwd = workplace(root, {
    [name]: `summary: Weights of L1\nvary:\n  lambda: { path: game.updates.G.losses.l1.weight, values: [1, 100] }\nreport: { metrics: [val/l1], rows: lambda }\n`,
  });
  const run = (...args: readonly string[]) => startGan(cwd, args, { MLFLOW_TRACKING_URI: server.uri }).ended;
  const tagsOf = (of: Run) => Object.fromEntries(of.data.tags!.map(({ key, value }) => [key, value]));

  test('one run with table, pictures and report, and the trials as its children; again: nothing twice', async () => {
    const { code, stdout } = await run('sweep', `${name}.yaml`, '--jobs', '2');
    expect(code).toBe(0);
    const [, parentId] = /^MLflow {2}\S+\/runs\/([0-9a-f]+)$/m.exec(stdout)!;
    // What a busy machine did not deliver in time.
    expect(await run('sync')).toMatchObject({ code: 0 });
    expect(
      (await run('sync')).stdout.split('\n').filter((line) => / 0 points, 0 files/.test(line)),
    ).toHaveLength(3);

    const client = new MlflowClient({ uri: server.uri, timeout: 120_000 });
    const parent = (await client.getRun(parentId!))!;
    expect(parent.info).toMatchObject({ status: 'FINISHED', run_name: name });
    expect(tagsOf(parent)).toMatchObject({
      'mlflow.source.name': join(cwd, `${name}.yaml`),
      'gan.axis.lambda': '1, 100',
      'gan.trials': '2 done',
    });
    expect(tagsOf(parent)['mlflow.note.content']).toMatch(/^Weights of L1\n\n\| lambda \|/);
    const files = (await client.artifacts.list(parentId!)).map(({ path }) => path);
    for (const file of ['report.html', 'table.csv', 'table.md', 'runs.csv', 'pictures.png', 'ablation.yaml'])
      expect(files).toContain(file);
    // Made once, though both trials began at the same time.
    const found = (await (
      await fetch(`${server.uri}/api/2.0/mlflow/runs/search`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ experiment_ids: [parent.info.experiment_id] }),
      })
    ).json()) as { runs: Run[] };
    expect(found.runs.map((each) => tagsOf(each)['mlflow.parentRunId'] ?? 'parent').sort()).toEqual(
      [parentId, parentId, 'parent'].sort(),
    );
    expect(found.runs.map(({ info }) => info.status)).toEqual(['FINISHED', 'FINISHED', 'FINISHED']);
  });
});
