import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { MlflowClient } from '../../src/tracking/mlflow/index.js';
import { syncRun } from '../../src/tracking/index.js';
import { describeMlflow, MlflowServer } from '../tracking/mlflow/support/server.js';
import { FakeRun } from '../tracking/delivery/support/run-folder.js';

const work = mkdtempSync(join(tmpdir(), 'gan-servers-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function stepsOf(uri: string, runId: string): Promise<number[]> {
  const client = new MlflowClient({ uri, timeout: 120_000 });
  const steps: number[] = [];
  for await (const { step } of client.metricHistory(runId, 'D/loss-0')) steps.push(step);
  await client.close();
  return steps;
}
const runIdOf = (url: string | undefined): string => url!.split('/').at(-1)!;

describeMlflow('servers that are set up in another way', () => {
  test('behind a prefix, and without a place for files: metrics arrive, and why files do not is said', async () => {
    const server = await MlflowServer.start({ prefix: '/ml', args: ['--no-serve-artifacts'] });
    onTestFinished(() => server.stop());
    const run = new FakeRun(work, 'prefixed').start().steps(1, 3);
    run.append({ type: 'end', step: 3, status: 'finished' });
    const result = await syncRun(run.folder, { uri: server.uri }, (text) => expect.fail(text));
    expect(result.url).toMatch(/\/ml\/#\/experiments\//);
    expect(await stepsOf(server.uri, runIdOf(result.url))).toEqual([1, 2, 3]);
    expect(result.failure).toMatchObject({
      kind: 'artifacts',
      transient: false,
      message: expect.stringContaining('takes no files') as string,
      remedy: expect.stringContaining('--artifacts-destination') as string,
    });
    // Without the prefix it is no MLflow.
    const elsewhere = await syncRun(run.folder, { uri: server.uri.replace('/ml', '') }, (text) =>
      expect.fail(text),
    );
    expect(elsewhere.failure).toMatchObject({
      kind: 'foreign',
      remedy: expect.stringContaining('--static-prefix') as string,
    });
  });

  const disk = join(work, 'disk');
  mkdirSync(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk]).status === 0;
  if (!mounted) console.warn('Left out, a disk of a few megabytes cannot be mounted here: a full disk');
  afterAll(() => {
    if (mounted) spawnSync('umount', ['--lazy', disk]);
  });

  test.skipIf(!mounted)(
    'on a disk that is full: said with the remedy, and all is there once it has room',
    async () => {
      const server = await MlflowServer.start({ folder: disk });
      onTestFinished(() => server.stop());
      const run = new FakeRun(work, 'full').start().steps(1, 200);
      const sync = () => syncRun(run.folder, { uri: server.uri }, (text) => expect.fail(text));
      const first = await sync();
      expect(first.failure).toBeUndefined();

      const filler = join(disk, 'filler');
      spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=64k'], { stdio: 'ignore' });
      run.steps(201, 4000, 3);
      writeFileSync(join(run.folder, 'report.html'), 'x'.repeat(1 << 20));
      const second = await sync();
      // Of metrics the server says so itself; of files it says nothing but 500.
      expect(second.failure).toMatchObject({
        transient: true,
        remedy: expect.stringMatching(/Make room there|a full disk shows there/) as string,
      });

      rmSync(filler);
      run.append({ type: 'end', step: 4000, status: 'finished' });
      const third = await sync();
      expect(third.failure).toBeUndefined();
      expect(await stepsOf(server.uri, runIdOf(first.url))).toEqual(
        Array.from({ length: 4000 }, (_, i) => i + 1),
      );
    },
  );
});
