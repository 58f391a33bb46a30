import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { UserError } from '../../src/core/errors.js';
import type { JournalEntry } from '../../src/core/events.js';
import { loadCheckpoint } from '../../src/record/checkpoint.js';
import { checkpointSteps } from '../../src/record/checkpoint-folders.js';
import { readJournalBack } from '../../src/record/read-journal-back.js';
import { readJournal } from '../../src/record/read-journal.js';
import { digestRun } from '../../src/reports/run/digest.js';
import { run, type RunRequest, type RunResult } from '../../src/runs/index.js';
import { TINY_RECIPE } from '../support/plan.js';
import { filesOf, recordOf } from '../faults/support/killed.js';

const work = mkdtempSync(join(tmpdir(), 'gan-rollback-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const recipe = join(work, 'tiny.yaml');
const STEPS = 12;
const RATE = 0.01;
/** G breaks in its update 8, and one step later its losses tell. */
writeFileSync(
  recipe,
  `${TINY_RECIPE.replace('size: 16', 'size: 16, train: 6, val: 2')
    .replace('for: 6 steps', `for: ${STEPS} steps, on_nonfinite: rollback`)
    .replace(
      '    G:\n      losses:',
      `    G:\n      optimizer: { type: brittle, learning_rate: ${RATE}, limit: 0.006 }\n      losses:`,
    )}
evaluate: { every: 3 steps, split: val, metrics: [l1] }
sample: { every: 4 steps, split: val, count: 2 }
checkpoint: { every: 3 steps, keep: all }
`,
);
const LIMIT = 'game.updates.G.optimizer.limit';
const STOP = 'train.on_nonfinite=stop';

function play(request: Partial<RunRequest>): Promise<RunResult> {
  const loading = { dataFolder: work, cacheBytes: 1e7, prefetch: 2, maxBadShare: 0 };
  const plugins = [fileURLToPath(new URL('../support/brittle.mjs', import.meta.url))];
  const usual = { set: [], data: [], runs: join(work, 'runs'), engine: 'ort', threads: 1, loading, plugins };
  return run({ ...usual, ...request }, { warn: (text) => expect.fail(text) });
}

async function entriesOf(folder: string): Promise<JournalEntry[]> {
  const entries = [];
  for await (const entry of readJournal(join(folder, 'events.jsonl'))) entries.push(entry);
  return entries;
}

async function ofType<T extends JournalEntry['type']>(folder: string, type: T) {
  const isOfType = (entry: JournalEntry): entry is Extract<JournalEntry, { type: T }> => entry.type === type;
  return (await entriesOf(folder)).filter(isOfType);
}

const stepsOf = (entries: readonly JournalEntry[]): number[] =>
  entries.filter(({ type }) => type === 'step').map(({ step }) => step);
const oneTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

let folder: string;
beforeAll(async () => {
  folder = (await play({ recipe })).folder;
});

describe('a loss that is not finite', () => {
  test('takes training back to the last checkpoint, with half the rates', async () => {
    const [rollback] = await ofType(folder, 'rollback');
    expect(rollback).toMatchObject({ step: 6, from: 9, count: 1, rate: 0.5 });
    expect(rollback!.reason).toMatch(/^Loss D\/adversarial is NaN in step 9\./);
    const rates = (await ofType(folder, 'step')).map(({ learningRates }) => learningRates['G']);
    expect(rates).toEqual(oneTo(STEPS).map((step) => (step <= 6 ? RATE : RATE / 2)));
    expect(await digestRun(folder)).toMatchObject({ status: 'finished', step: STEPS });
  });

  test('is told with evidence and what comes of it', async () => {
    const [health, ...more] = (await ofType(folder, 'health')).filter(({ check }) => /finite/.test(check));
    expect(more).toEqual([]);
    expect(health!.text).toMatch(/^Loss D\/adversarial is NaN in step 9\. Training goes back to step 6, /);
    expect(health!.evidence).toMatch(/^It came suddenly\. The steps before had/);
  });

  test('leaves no step twice, from whichever end the journal is read', async () => {
    expect(stepsOf(await entriesOf(folder))).toEqual(oneTo(STEPS));
    const back = [];
    for await (const entry of readJournalBack(join(folder, 'events.jsonl'))) back.push(entry);
    expect(stepsOf(back.reverse())).toEqual(oneTo(STEPS));
    expect((await ofType(folder, 'evaluation')).map(({ step }) => step)).toEqual([3, 6, 9, 12]);
    const written = readFileSync(join(folder, 'events.jsonl'), 'utf8');
    expect(written.match(/"type":"step","step":8/g), 'done twice').toHaveLength(2);
  });

  test('leaves checkpoints that are finite and know their rate', async () => {
    expect(await checkpointSteps(folder)).toEqual([0, 3, 6, 9, 12]);
    for (const step of [0, 3, 6, 9, 12]) {
      const { state } = await loadCheckpoint(folder, step);
      expect(state.rollbacks).toBe(step > 6 ? 1 : undefined);
      for (const { weights } of Object.values(state.networks))
        expect(weights.every(({ data }) => data.every(Number.isFinite))).toBe(true);
    }
  });
});

describe('resumed after a rollback, a run ends with the bits of one that was never stopped:', () => {
  /** The run as a kill left it. @param last line of its journal. */
  function cutOff(name: string, last: RegExp, checkpoints: readonly number[]): string {
    const copy = join(work, name, 'tiny', 'copy');
    const gone = /lock$|export|report|samples.step-12/;
    cpSync(folder, copy, { recursive: true, filter: (file) => !gone.test(file) });
    for (const name of readdirSync(join(copy, 'checkpoints')))
      if (!checkpoints.includes(Number(name.slice(5))))
        rmSync(join(copy, 'checkpoints', name), { recursive: true });
    const journal = join(copy, 'events.jsonl');
    const lines = readFileSync(journal, 'utf8').split('\n');
    writeFileSync(
      journal,
      `${lines.slice(0, lines.findLastIndex((line) => last.test(line)) + 1).join('\n')}\n`,
    );
    return copy;
  }
  test.each([
    ['at a later checkpoint', /"type":"step","step":11/, [0, 3, 6, 9]],
    ['at once', /"type":"rollback"/, [0, 3, 6]],
    ['between what is told and the rollback', /"type":"health","step":6,"check":"non-finite/, [0, 3, 6]],
    ['at an older one', /"type":"step","step":11/, [0, 3]],
    ['at the beginning', /"type":"data"/, []],
  ])('%s', async (name, last, checkpoints) => {
    const copy = cutOff(name, last, checkpoints);
    expect(await play({ resume: copy })).toMatchObject({ status: 'finished' });
    expect(await recordOf(copy)).toEqual(await recordOf(folder));
    expect(filesOf(copy)).toEqual(filesOf(folder));
  });
});

test('a weight that is not finite is in no checkpoint, and takes training back as a loss does', async () => {
  const { folder: runFolder } = await play({ recipe, set: ['checkpoint.every=4 steps'] });
  const [rollback] = await ofType(runFolder, 'rollback');
  expect(rollback).toMatchObject({ step: 4, from: 8 });
  expect(rollback!.reason).toMatch(/^Weight G\/.* is NaN in step 8\./);
  expect(await checkpointSteps(runFolder)).toEqual([0, 4, 8, 12]);
  // An evaluation of the broken weights is not on record.
  const metrics = (await ofType(runFolder, 'evaluation')).map((entry) => entry.metrics['val/l1']);
  expect(metrics.every(Number.isFinite)).toBe(true);
});

test('before the first checkpoint it goes back to the beginning', async () => {
  const { folder: runFolder } = await play({ recipe, set: ['game.updates.G.optimizer.at=1'] });
  expect(await ofType(runFolder, 'rollback')).toMatchObject([{ step: 0, from: 2, count: 1 }]);
  expect(stepsOf(await entriesOf(runFolder))).toEqual(oneTo(STEPS));
});

test('after three rollbacks the run stops, and says so', async () => {
  const runs = join(work, 'thrice');
  const failure = await play({ recipe, runs, set: [`${LIMIT}=0`] }).catch((error: unknown) => error);
  expect((failure as UserError).message).toBe('Loss D/adversarial is NaN in step 9.');
  expect((failure as UserError).remedy).toMatch(/Last good checkpoint: .*step-6$/);
  const runFolder = join(runs, 'tiny', readdirSync(join(runs, 'tiny'))[0]!);
  const rollbacks = await ofType(runFolder, 'rollback');
  expect(rollbacks.map(({ rate }) => rate)).toEqual([0.5, 0.25, 0.125]);
  const findings = (await ofType(runFolder, 'health')).filter(({ check }) => /finite/.test(check));
  expect(findings).toHaveLength(4);
  expect(findings.at(-1)!.text).toContain('The run stops: 3 rollbacks did not help.');
  expect((await ofType(runFolder, 'end')).at(-1)).toMatchObject({ status: 'failed', step: 8 });
  // Nor do they help when it is resumed.
  await expect(play({ resume: runFolder })).rejects.toThrow('Loss D/adversarial is NaN in step 9.');
  expect(await ofType(runFolder, 'rollback')).toHaveLength(3);
});

test('a run that stopped may go on with rollbacks', async () => {
  const runs = join(work, 'stopped');
  const failure = play({ recipe, runs, set: [STOP, 'checkpoint.every=4 steps'] });
  await expect(failure).rejects.toThrow(/^Weight G\/.* is NaN in step 8\.$/);
  const runFolder = join(runs, 'tiny', readdirSync(join(runs, 'tiny'))[0]!);
  expect(await checkpointSteps(runFolder)).toEqual([4]);
  expect(await ofType(runFolder, 'end')).toMatchObject([{ status: 'failed' }]);
  await play({ resume: runFolder, set: ['train.on_nonfinite=rollback'] });
  expect(await ofType(runFolder, 'rollback')).toMatchObject([{ step: 4, from: 8, count: 1 }]);
  expect(await digestRun(runFolder)).toMatchObject({ status: 'finished', step: STEPS });
});
