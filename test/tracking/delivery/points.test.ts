import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import type { JournalEntry, RunEvent } from '../../../src/core/events.js';
import { type Cursor, newCursor, readCursor, writeCursor } from '../../../src/tracking/delivery/cursor.js';
import { pointsOf } from '../../../src/tracking/delivery/points.js';
import { runKey } from '../../../src/tracking/delivery/run-key.js';
import { healthTag, tagsOf } from '../../../src/tracking/delivery/tags.js';
import { temporaryFolder } from '../../record/temp.js';

const at = (event: RunEvent): JournalEntry => ({ ...event, time: 9 });
const step = (n: number, ms = 250): JournalEntry => {
  const [losses, learningRates] = [{ 'D/a b%': NaN }, { D: 2e-4 }];
  return at({ type: 'step', step: n, epoch: 0.5, images: 4, ms, waitMs: 3, losses, learningRates });
};
const highest = { step: 5, evaluation: 7, sample: 8 };
const cursor: Cursor = { ...newCursor('http://h', 'k'), highest, systemSamples: 11 };
const all = { 'D/a b_': NaN, 'learning_rate/D': 2e-4, 'speed/images_per_second': 16 };
const speed = { 'speed/step_ms': 250, 'speed/wait_for_data_ms': 3, epoch: 0.5 };
const { 'speed/images_per_second': _, ...timeless } = all;
const sample = (n: number): JournalEntry =>
  at({ type: 'sample', step: n, file: 'f', diversity: { fake: { made: 6, real: 8 } } });

test.each([
  ['a step', step(6), 6, { ...all, ...speed }],
  ['one that took no time', step(6, 0), 6, { ...timeless, ...speed, 'speed/step_ms': 0 }],
  ['a step that is there', step(5), 0, {}],
  ['an evaluation', at({ type: 'evaluation', step: 8, metrics: { 'val/l1': 2 } }), 8, { 'val/l1': 2 }],
  ['one that is there', at({ type: 'evaluation', step: 7, metrics: { 'val/l1': 2 } }), 0, {}],
  ['the machine', at({ type: 'system', step: 1, metrics: { 'system/x': 1 } }), 11, { 'system/x': 1 }],
  ['a sample', sample(9), 9, { 'diversity/fake': 6 }],
  ['one that is there', sample(8), 0, {}],
  ['a sample of one', at({ type: 'sample', step: 9, file: 'f' }), 9, {}],
  ['an end', at({ type: 'end', step: 9, status: 'finished' }), 0, {}],
])('%s has its points', (_what, entry, n, values) => {
  const points = Object.entries(values).map(([key, value]) => ({ key, value, timestamp: 9, step: n }));
  expect(pointsOf(entry, cursor)).toEqual(points);
});

test('a new cursor has nothing, not even step 0 of what is measured before the first', () => {
  const fresh = newCursor('http://h', 'k');
  const zero = at({ type: 'evaluation', step: 0, metrics: { a: 1 } });
  const counts = [zero, sample(0), step(1), step(0)].map((entry) => pointsOf(entry, fresh).length);
  expect(counts).toEqual([1, 1, 6, 0]);
});

test('a start becomes tags in MLflow’s words, nothing where nothing is known', () => {
  const bare = { type: 'start' as const, step: 0, recipeFolder: '/', versions: {}, machine: {} };
  const folder = { key: 'gan.folder', value: resolve('x') };
  expect(tagsOf(bare, 'x')).toEqual([folder]);
  const git = { commit: 'c', modified: false, branch: 'b', repository: 'r' };
  const parent = { run: 'a/b', folder: '/a', step: 0 };
  const known = {
    ...bare,
    user: '',
    source: 's',
    git,
    versions: { node: '20' },
    machine: { cores: 2 },
    parent,
  };
  expect(Object.fromEntries(tagsOf(known, 'x').map(({ key, value }) => [key, value]))).toEqual({
    ...{ 'mlflow.source.name': 's', 'mlflow.source.type': 'LOCAL', 'mlflow.source.git.commit': 'c' },
    ...{ 'mlflow.source.git.branch': 'b', 'mlflow.source.git.repoURL': 'r', 'gan.git.modified': 'false' },
    ...{ 'gan.folder': resolve('x'), 'gan.parent.run': 'a/b', 'gan.parent.step': '0' },
    ...{ 'gan.cores': '2', 'gan.version.node': '20' },
  });
  const texts = { text: 'T.', evidence: 'E.', remedy: 'R.' };
  const health = { type: 'health', step: 3, check: 'c', level: 'error', ...texts } as const;
  expect(healthTag(health)).toEqual({ key: 'gan.health.c', value: 'Step 3: T. E. R.' });
  expect(healthTag({ ...health, subject: 'D/a' }).key).toBe('gan.health.c D/a');
});

test('the key of a run is of its id and its first entry', () => {
  const text = 'id\n{"type":"end","step":9,"status":"finished","time":9}';
  const entry = at({ type: 'end', step: 9, status: 'finished' });
  expect(runKey('/runs/maps/id', entry)).toBe(createHash('sha256').update(text).digest('hex').slice(0, 32));
});

test('a cursor is read as it was written, one for each server; what is none is passed over', async () => {
  const run = temporaryFolder();
  expect(await readCursor(run, 'http://h')).toBeUndefined();
  const written = { ...cursor, runId: 'r', offset: 5, files: { a: 'b' } };
  await writeCursor(run, written);
  await writeCursor(run, { ...written, offset: 6 });
  await writeCursor(run, { ...written, uri: 'http://other' });
  expect(await readCursor(run, 'http://h')).toEqual({ ...written, offset: 6 });
  const hash = createHash('sha256').update('http://h').digest('hex').slice(0, 8);
  expect(readdirSync(join(run, 'tracking'))).toHaveLength(2);
  const lacking = ['{"offset":1,"key":"k"}', '{"offset":1,"highest":{}}', '{"highest":{},"key":"k"}'];
  for (const text of ['{"offset":', 'null', '7', ...lacking]) {
    writeFileSync(join(run, 'tracking', `mlflow-${hash}.json`), text);
    expect([text, await readCursor(run, 'http://h')]).toEqual([text, undefined]);
  }
});
