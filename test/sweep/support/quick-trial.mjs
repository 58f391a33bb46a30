// A trial that takes a moment, in place of one that trains: it keeps the journal and the lock that a real one keeps, and
// counts how often it came to its end.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

process.on('disconnect', () => process.exit(1));
process.on('message', async ({ type, request }) => {
  if (type !== 'begin') return;
  const folder = join(request.runs, request.as.name, request.as.id);
  mkdirSync(folder, { recursive: true });
  const journal = (entry) =>
    appendFileSync(join(folder, 'events.jsonl'), `${JSON.stringify({ time: Date.now(), ...entry })}\n`);
  journal({ type: 'start', step: 0, recipeFolder: '/', versions: {}, machine: {} });
  await sleep(30 + Math.random() * 120);
  journal({
    type: 'evaluation',
    step: 1,
    metrics: { 'val/l1': Number(/seed: (\d+)/.exec(request.text)[1]) },
  });
  writeFileSync(join(folder, `ended-${process.pid}`), '');
  journal({ type: 'end', step: 1, status: 'finished' });
  process.send({ type: 'ended', status: 'finished' }, () => process.disconnect());
});
