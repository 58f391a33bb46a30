import { expect, onTestFinished, test, vi } from 'vitest';
import { Tracking } from '../../src/tracking/index.js';
import { temporaryFolder } from '../record/temp.js';
import { FakeRun } from './support/run-folder.js';

test('the end of a run does not wait for a server that has long been known to fail', async () => {
  const run = new FakeRun(temporaryFolder()).start().steps(1, 3);
  const warnings: string[] = [];
  const tracking = new Tracking(
    run.folder,
    { uri: 'http://127.0.0.1:1' },
    { opened: () => undefined, warn: (text) => warnings.push(text) },
  );
  await expect.poll(() => warnings).toEqual([expect.stringContaining('nothing listens there')]);
  // Time goes by from look to look alone, however long one takes on a busy machine.
  const LOOK = 25;
  const start = Date.now();
  let looks = 0;
  const now = vi.spyOn(Date, 'now').mockImplementation(() => start + LOOK * looks++);
  onTestFinished(() => now.mockRestore());
  await tracking.end();
  expect(looks * LOOK).toBeLessThan(1000);
  expect(warnings.slice(1)).toEqual([expect.stringContaining('`gan sync` sends the rest')]);
});
