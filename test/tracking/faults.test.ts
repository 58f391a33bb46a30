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
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { Random } from '../../src/core/random.js';
import { MlflowClient } from '../../src/mlflow/index.js';
import { syncRun, Tracking } from '../../src/tracking/index.js';
import { describeMlflow, sharedServer } from '../mlflow/support/server.js';
import { FakeRun } from './support/run-folder.js';

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
    const tracking = new Tracking(
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
