import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MlflowClient } from '../../src/tracking/mlflow/index.js';
import { describeMlflow, findProgram } from '../tracking/mlflow/support/server.js';
import { freePort } from '../support/free-port.js';
import { startGan } from '../support/gan.js';
import { FakeRun } from '../tracking/delivery/support/run-folder.js';

const work = mkdtempSync(join(tmpdir(), 'gan-ui-command-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describeMlflow('gan ui', () => {
  test('shows the runs of the folder, those that come later too, and goes with its server', async () => {
    const run = new FakeRun(work, 'shown').start().steps(1, 3);
    const port = await freePort();
    const env = { PATH: [dirname(findProgram()!), process.env['PATH']].join(delimiter) };
    const ui = startGan(work, ['ui', '--port', String(port)], env);
    const client = new MlflowClient({ uri: `http://127.0.0.1:${port}`, timeout: 10_000 });
    const name = { key: 'mlflow.runName', value: basename(run.folder) };
    const status = async (): Promise<string | undefined> => {
      try {
        return (await client.findRun(await client.ensureExperiment('shown'), name))?.info.status;
      } catch {
        // The server is on its way.
        return undefined;
      }
    };
    await expect.poll(status, { interval: 300 }).toBe('KILLED');
    run.append({ type: 'resume', step: 3, recipeFolder: '/', versions: {}, machine: {} });
    run.append({ type: 'end', step: 3, status: 'finished' });
    await expect.poll(status, { interval: 300 }).toBe('FINISHED');
    await client.close();
    ui.child.kill('SIGINT');
    const { code, stdout } = await ui.ended;
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toContain(`http://127.0.0.1:${port}  shows the runs of runs`);
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
  });
});

test('gan ui without MLflow says how to get it', async () => {
  const { code, stderr } = await startGan(work, ['ui'], { PATH: work }).ended;
  expect(code).toBe(1);
  expect(stderr).toContain('pip install mlflow');
  expect(stderr).not.toMatch(/^\s+at /m);
});
