import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UserError } from '../../src/core/errors.js';
import type { JournalEntry } from '../../src/core/events.js';
import { readJournal } from '../../src/record/read-journal.js';
import { digestRun } from '../../src/reports/run/digest.js';
import { run, type RunRequest, type RunResult } from '../../src/runs/index.js';
import { tagsOf } from '../../src/tracking/delivery/tags.js';
import { TINY_RECIPE } from '../support/plan.js';
import { filesOf, recordOf } from '../faults/support/killed.js';

const work = mkdtempSync(join(tmpdir(), 'gan-go-on-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const recipe = join(work, 'tiny.yaml');
writeFileSync(
  recipe,
  `${TINY_RECIPE.replace('size: 16', 'size: 16, train: 6, val: 2').replace('    inference: {', '    ema: 0.5\n    inference: {')}
evaluate: { every: 2 steps, split: val, metrics: [l1] }
sample: { every: 3 steps, split: val, count: 2 }
checkpoint: { every: 2 steps, keep: all }
`,
);

function play(request: Partial<RunRequest>): Promise<RunResult> {
  const loading = { dataFolder: work, cacheBytes: 1e7, prefetch: 2, maxBadShare: 0 };
  const usual = { set: [], data: [], runs: join(work, 'runs'), engine: 'ort', threads: 1, loading };
  return run({ ...usual, ...request }, { warn: (text) => warnings.push(text) });
}
const warnings: string[] = [];

async function entriesOf(folder: string): Promise<JournalEntry[]> {
  const entries = [];
  for await (const entry of readJournal(join(folder, 'events.jsonl'))) entries.push(entry);
  return entries;
}

let whole: string;
beforeAll(async () => {
  whole = (await play({ recipe })).folder;
});

/** A run to be spoilt, with only those of its files that a test wants. */
function copyOf(name: string, without: RegExp): string {
  const folder = join(work, name, 'tiny', 'copy');
  cpSync(whole, folder, { recursive: true, filter: (file) => !without.test(file) });
  return folder;
}

test('resumed with another recipe it refuses, and shows what would differ', async () => {
  const set = ['optimizer.learning_rate=1e-3', 'networks.G.ema=null'];
  const refused = play({ resume: whole, set });
  await expect(refused).rejects.toMatchObject({
    exitCode: 2,
    remedy: expect.stringContaining('--fork') as string,
  });
  const { message } = (await refused.catch((error: unknown) => error)) as UserError;
  expect(message).toContain('\n  optimizer.learning_rate: 0.0002 -> 0.001');
  expect(message).toContain('\n  networks.G.ema: 0.5 -> none');
  await expect(play({ resume: whole, length: '2 steps' })).rejects.toThrow(
    'The run has done 6 steps already, and is to have 2.',
  );
  // A refusal leaves nothing behind.
  expect(await recordOf(whole)).toMatchObject({ end: [{ status: 'finished' }] });
});

test('what lengthens it, and looks at more of it, is taken, from the recipe, too', async () => {
  const folder = copyOf('longer', /lock$/);
  const longer = join(work, 'longer.yaml');
  writeFileSync(
    longer,
    readFileSync(recipe, 'utf8')
      .replace('for: 6 steps', 'for: 8 steps')
      .replace('metrics: [l1]', 'metrics: [l1, psnr]'),
  );
  const result = await play({ recipe: longer, resume: folder, set: ['checkpoint.keep=2'] });
  expect(result).toMatchObject({ step: 8, status: 'finished' });
  expect(Object.keys(result.metrics)).toEqual(['val/l1', 'val/psnr']);
  expect(await play({ resume: folder })).toMatchObject({ step: 8, steps: 8 });
});

test('stopped before its first checkpoint it begins anew, to the same end', async () => {
  const folder = copyOf('anew', /lock$|checkpoints|export/);
  expect(await play({ resume: folder })).toMatchObject({ status: 'finished', step: 6 });
  expect(filesOf(folder)).toEqual(filesOf(whole));
  expect(await recordOf(folder)).toEqual(await recordOf(whole));
});

test('what was due with the last checkpoint and is not on record is made up for', async () => {
  const folder = copyOf('late', /lock$|samples.step-6|export|report/);
  const journal = join(folder, 'events.jsonl');
  // As where the process was killed once the checkpoint had its name.
  const late = /"type":"(evaluation|sample|checkpoint|end)","step":6/;
  const lines = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, lines.filter((line) => !late.test(line)).join('\n'));
  expect(await play({ resume: folder })).toMatchObject({
    metrics: { 'val/l1': expect.any(Number) as number },
  });
  expect(await recordOf(folder)).toEqual(await recordOf(whole));
  expect(filesOf(folder)).toEqual(filesOf(whole));
});

test('a fork is a new run from the weights of another, with any changes, and says so', async () => {
  const set = ['game.updates.G.every=2 steps', 'train.for=1 steps', 'checkpoint.keep=1'];
  const { folder } = await play({ resume: whole, fork: true, set });
  expect(folder).not.toBe(whole);
  const bytes = (run: string, step: number, file: string) =>
    readFileSync(join(run, 'checkpoints', `step-${step}`, file));
  // Nothing has trained G yet there.
  expect(bytes(folder, 1, 'G.safetensors')).toEqual(bytes(whole, 6, 'G.safetensors'));
  const entries = await entriesOf(folder);
  const [start] = entries;
  const id = `tiny/${whole.split(/[\\/]/).at(-1)!}`;
  expect(start).toMatchObject({ type: 'start', parent: { run: id, step: 6 } });
  const tags = start?.type === 'start' ? tagsOf(start, folder) : [];
  expect(tags).toContainEqual({ key: 'gan.parent.run', value: id });
  const { params, parent } = await digestRun(folder);
  expect(parent).toMatchObject({ run: id });
  expect(params?.changes).toMatchObject({
    from: id,
    values: { 'game.updates.G.every': { before: '1 step', after: '2 steps' } },
  });
  const early = await play({ resume: whole, fork: true, step: 4, set });
  expect(bytes(early.folder, 1, 'G.safetensors')).toEqual(bytes(whole, 4, 'G.safetensors'));
  await expect(play({ resume: whole, fork: true, step: 5 })).rejects.toThrow(/has no checkpoint of step 5/);
  await expect(play({ resume: whole, step: 4 })).rejects.toThrow(/^--step says where a fork starts/);
  const other = play({ resume: whole, fork: true, set: ['networks.G.decoder.d1.filters=5'] });
  await expect(other).rejects.toThrow(/The weights of G do not fit: decoder\/d1\/conv\/kernel/);
  await expect(play({ recipe, fork: true })).rejects.toThrow('--fork needs the run to start from.');
});

test('a fork stopped before its first checkpoint begins anew with the weights that it started from', async () => {
  const set = ['train.for=3 steps', 'checkpoint.every=3 steps'];
  const { folder } = await play({ resume: whole, fork: true, set });
  const copy = join(work, 'fork', 'tiny', 'copy');
  const gone = /lock$|checkpoints|samples|export|report/;
  cpSync(folder, copy, { recursive: true, filter: (file) => !gone.test(file) });
  await play({ resume: copy });
  expect(filesOf(copy)).toEqual(filesOf(folder));
  expect(await recordOf(copy)).toEqual(await recordOf(folder));
});

test('data that has changed since is told of', async () => {
  const folder = copyOf('data', /lock$/);
  const journal = join(folder, 'events.jsonl');
  const text = readFileSync(journal, 'utf8');
  writeFileSync(journal, text.replace(/"train":6(.*?"digest":")[0-9a-f]{4}/, '"train":5$10000'));
  warnings.length = 0;
  await play({ resume: folder, length: '8 steps' });
  expect(warnings).toEqual([
    expect.stringMatching(
      /^The data "pairs" has changed since .*: it had 5 train, 2 val, and now has 6 train/,
    ),
  ]);
  warnings.length = 0;
  await play({ resume: folder, length: '10 steps' });
  expect(warnings).toEqual([]);
});

test('a damaged checkpoint is passed over, and the one before it leads to the same end', async () => {
  const folder = copyOf('damaged', /lock$/);
  const file = join(folder, 'checkpoints', 'step-6', 'D.safetensors');
  const bytes = readFileSync(file);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(file, bytes);
  warnings.length = 0;
  await play({ resume: folder });
  expect(warnings.join(' ')).toMatch(
    /The checkpoint of step 6 is damaged: D\.safetensors is not what was written .*Going back to the one of step 4\./,
  );
  expect(filesOf(folder)).toEqual(filesOf(whole));
  expect(await recordOf(folder)).toEqual(await recordOf(whole));
});
