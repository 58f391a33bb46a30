// A trial that takes a moment, in place of one that trains: it keeps the journal and the lock that a real one keeps, and
// counts how often it came to its end. For that it takes one of the permits that the test has laid out.
import { appendFileSync, mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { lockFolder, unlockFolder } from '../../../dist/src/record/lock.js';

const permits = process.env.GAN_TEST_PERMITS;
function mayEnd() {
  return readdirSync(permits).some((name) => {
    try {
      unlinkSync(join(permits, name));
      return true;
    } catch {
      // Another one was faster.
      return false;
    }
  });
}

process.on('disconnect', () => process.exit(1));
process.on('message', async ({ type, request }) => {
  if (type !== 'begin') return;
  const folder = join(request.runs, request.as.name, request.as.id);
  mkdirSync(folder, { recursive: true });
  lockFolder(folder);
  const journal = (entry) =>
    appendFileSync(join(folder, 'events.jsonl'), `${JSON.stringify({ time: Date.now(), ...entry })}\n`);
  journal({ type: 'start', step: 0, recipeFolder: '/', versions: {}, machine: {} });
  do await sleep(30 + Math.random() * 120);
  while (!mayEnd());
  journal({
    type: 'evaluation',
    step: 1,
    metrics: { 'val/l1': Number(/seed: (\d+)/.exec(request.text)[1]) },
  });
  writeFileSync(join(folder, `ended-${process.pid}`), '');
  journal({ type: 'end', step: 1, status: 'finished' });
  unlockFolder(folder);
  process.send({ type: 'ended', status: 'finished' }, () => process.disconnect());
});
