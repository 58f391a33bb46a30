import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { Random } from '../../src/core/random.js';
import { MlflowClient } from '../../src/tracking/mlflow/index.js';
import { DeliveryProcess, syncRun } from '../../src/tracking/index.js';
import { FaultyProxy, type Fault } from '../tracking/mlflow/support/proxy.js';
import { describeMlflow, MlflowServer, sharedServer } from '../tracking/mlflow/support/server.js';
import { FakeRun } from '../tracking/delivery/support/run-folder.js';

const work = mkdtempSync(join(tmpdir(), 'gan-faults-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function stepsOf(client: MlflowClient, runId: string, key: string): Promise<number[]> {
  const steps: number[] = [];
  for await (const { step } of client.metricHistory(runId, key)) steps.push(step);
  return steps;
}
const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

function cursorOf(run: FakeRun): { offset: number; runId: string } | undefined {
  try {
    const folder = join(run.folder, 'tracking');
    const file = readdirSync(folder).find((name) => name.endsWith('.json'))!;
    return JSON.parse(readFileSync(join(folder, file), 'utf8')) as { offset: number; runId: string };
  } catch {
    return undefined;
  }
}

describeMlflow('a network that fails in every way', () => {
  let server: Awaited<ReturnType<typeof sharedServer>>;
  let client: MlflowClient;
  beforeAll(async () => {
    // What fails here fails by the proxy's doing, and not by the server's being busy.
    vi.stubEnv('MLFLOW_HTTP_REQUEST_TIMEOUT', '120');
    server = await sharedServer();
    client = new MlflowClient({ uri: server.uri, timeout: 120_000 });
    return () => server.stop();
  });

  /** 3000 points: a few parcels. */
  const STEPS = 600;
  const faults: readonly (readonly [string, Fault])[] = [
    ['freezes', 'freeze'],
    ['cuts every answer', 'cut'],
    ['half-closes', 'half-close'],
    ['answers 500', { status: 500 }],
    ['answers 502', { status: 502 }],
    ['answers 429', { status: 429 }],
  ];
  const cases = [
    ...faults.map(([what, fault]) => [what, 'in the middle', fault] as const),
    // Where making the run itself is hit.
    ...faults.slice(0, 3).map(([what, fault]) => [what, 'from the beginning', fault] as const),
  ];
  // One after the other: SQLite lets one write at a time.
  test.each(cases)(
    'it %s %s, then it is well again: nothing is lost, nothing doubled',
    async (what, when, fault) => {
      const proxy = await FaultyProxy.start(server.port);
      onTestFinished(() => proxy.stop());
      const name = `${what} ${when}`.replaceAll(' ', '-');
      const run = new FakeRun(work, `${name}-${Date.now()}`).start().steps(1, STEPS);
      run.append({ type: 'end', step: STEPS, status: 'finished' });
      if (when !== 'in the middle') proxy.become(fault);
      const syncing = syncRun(run.folder, { uri: proxy.uri }, () => undefined);
      if (when === 'in the middle') {
        await expect.poll(() => cursorOf(run)?.offset ?? 0, { interval: 5 }).toBeGreaterThan(0);
        proxy.become(fault);
      }
      await expect.poll(() => proxy.faults).toBeGreaterThan(0);
      await sleep(800);
      proxy.become('none');
      const result = await syncing;
      expect(result.failure).toBeUndefined();
      expect(await stepsOf(client, cursorOf(run)!.runId, 'D/loss-0')).toEqual(count(STEPS));
      // Nor is there a second run, made by a request whose answer was lost.
      const experiment = await client.ensureExperiment(run.name);
      const found = (await (
        await fetch(`${server.uri}/api/2.0/mlflow/runs/search`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ experiment_ids: [experiment] }),
        })
      ).json()) as { runs: unknown[] };
      expect(found.runs).toHaveLength(1);
    },
  );

  test('a slow one is waited for', async () => {
    const proxy = await FaultyProxy.start(server.port);
    proxy.become({ delay: 300 });
    const run = new FakeRun(work, `slow-${Date.now()}`).start().steps(1, 300);
    const result = await syncRun(run.folder, { uri: proxy.uri }, (text) => expect.fail(text));
    expect(result).toMatchObject({ points: 1500, failure: undefined });
    await proxy.stop();
  });
});

describeMlflow('a server that is killed for 30 s in the middle of 50,000 points', () => {
  const STEPS = 2500;
  /** Besides these, four of every step: speed and epoch. */
  const LOSSES = 16;

  test('loses nothing and doubles nothing', async () => {
    const server = await MlflowServer.start();
    onTestFinished(() => server.stop());
    const client = new MlflowClient({ uri: server.uri, timeout: 120_000 });
    const run = new FakeRun(work, 'killed').start().steps(1, STEPS / 2, LOSSES);
    const warnings: string[] = [];
    const tracking = new DeliveryProcess(
      run.folder,
      { uri: server.uri },
      { opened: () => undefined, warn: (text) => warnings.push(text) },
    );
    const size = (): number => statSync(join(run.folder, 'events.jsonl')).size;
    const sent = (): number => cursorOf(run)?.offset ?? 0;
    await expect.poll(sent, { interval: 20 }).toBeGreaterThan(size() / 4);
    await server.kill();
    // Training goes on meanwhile.
    run.steps(STEPS / 2 + 1, STEPS, LOSSES);
    expect(size() - sent()).toBeGreaterThan(0);
    await sleep(30_000);
    await server.run();
    await expect.poll(sent, { interval: 100 }).toBe(size());
    run.append({ type: 'end', step: STEPS, status: 'finished' });
    await tracking.end();
    // A busy server gets the last word a little later, and that is said.
    const { runId } = cursorOf(run)!;
    await expect.poll(async () => (await client.getRun(runId))!.info.status).toBe('FINISHED');

    for (let i = 0; i < LOSSES; i++) {
      expect(await stepsOf(client, runId, `D/loss-${i}`)).toEqual(count(STEPS));
    }
    expect(await stepsOf(client, runId, 'speed/images_per_second')).toEqual(count(STEPS));
    expect(warnings.filter((text) => !text.includes('gan sync'))).toEqual([
      expect.stringMatching(/cannot be reached.*Training goes on\./),
      expect.stringContaining('MLflow answers again'),
    ]);
  });
});

describeMlflow('a sink that is killed again and again', () => {
  test('at any point of its work: what is there in the end is what the journal says', async () => {
    const server = await sharedServer();
    onTestFinished(() => server.stop());
    const client = new MlflowClient({ uri: server.uri, timeout: 120_000 });
    const STEPS = 1200;
    const run = new FakeRun(work, `sinks-${Date.now()}`).start().append({
      type: 'params',
      step: 0,
      params: Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`a.${i}`, String(i)])),
    });
    mkdirSync(join(run.folder, 'samples'));
    for (let step = 1; step <= STEPS; step += 100) {
      run.steps(step, step + 99).append({ type: 'evaluation', step, metrics: { 'val/l1': 1 / step } });
      writeFileSync(join(run.folder, 'samples', `step-${step}.png`), `picture of ${step}`);
      run.append({ type: 'sample', step, file: `samples/step-${step}.png` });
    }
    run.append({ type: 'end', step: STEPS, status: 'finished' });
    const { size } = statSync(join(run.folder, 'events.jsonl'));
    const tracking = new DeliveryProcess(
      run.folder,
      { uri: server.uri },
      { opened: () => undefined, warn: () => undefined },
    );
    // Once before anything is sent, then as it comes further, each time a little after: in requests and between them.
    const random = new Random(7);
    let killed = 0;
    for (const share of [0, 0.1, 0.4, 0.8]) {
      const sink = (): number => {
        const lock = join(run.folder, 'tracking', 'lock');
        return existsSync(lock) ? (JSON.parse(readFileSync(lock, 'utf8')) as { pid: number }).pid : killed;
      };
      const isThere = (): boolean => sink() !== killed && (cursorOf(run)?.offset ?? 0) >= share * size;
      // The next one takes the lock of the one before over.
      await expect.poll(isThere, { interval: 5 }).toBe(true);
      killed = sink();
      await sleep((40 * random.uint32()) / 2 ** 32);
      process.kill(killed, 'SIGKILL');
    }
    await tracking.end();
    const result = await syncRun(run.folder, { uri: server.uri }, (text) => expect.fail(text));
    expect(result.failure).toBeUndefined();
    const { runId } = cursorOf(run)!;
    expect(await stepsOf(client, runId, 'D/loss-0')).toEqual(count(STEPS));
    expect(await stepsOf(client, runId, 'val/l1')).toEqual(count(STEPS).filter((step) => step % 100 === 1));
    expect(await client.artifacts.list(runId, 'images')).toHaveLength((2 * STEPS) / 100);
    const found = (await client.getRun(runId))!;
    expect(found.info.status).toBe('FINISHED');
    expect(found.data.params).toHaveLength(150);
  });
});
