import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { lockFolder, unlockFolder } from '../../src/record/lock.js';
import { noteAttempt, readAttempts } from '../../src/sweep/attempts.js';
import { cancelSweep, onCancel, uncancelSweep } from '../../src/sweep/cancel.js';
import { findSweep } from '../../src/sweep/find.js';
import { gatherSweep } from '../../src/sweep/report/gather.js';
import { readProgress } from '../../src/sweep/standings.js';
import { readStates } from '../../src/sweep/state.js';
import { readSweep, readSweepIfThere, type Sweep, writeSweep } from '../../src/sweep/sweep.js';
import { sweepsOf, trackedSweep, trackedSweeps } from '../../src/sweep/track.js';

const root = mkdtempSync(join(tmpdir(), 'gan-state-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const idOf = (index: number): string => `v-${index}-${String(index).repeat(10)}`;
const runOf = (index: number, more: { rungs?: number[] } = {}) => ({
  index,
  id: idOf(index),
  hash: String(index).repeat(64),
  cells: [{ v: String(index) }],
  ...more,
});
const sweepOf = (count: number, more: Partial<Sweep> = {}): Omit<Sweep, 'version' | 'key'> => ({
  name: 's',
  file: '/s.yaml',
  recipeFolder: '/',
  axes: [{ name: 'v', levels: Array.from({ length: count }, (_, i) => String(i)) }],
  report: { metrics: ['val/m'], rows: 'v' },
  better: { 'val/m': 'lower' },
  runs: Array.from({ length: count }, (_, i) => runOf(i, more.search ? { rungs: [2, 4] } : {})),
  ...more,
});

const start = {
  type: 'start',
  step: 0,
  recipeFolder: '/',
  versions: { node: '22' },
  machine: { threads: 2 },
};
const measured = (step: number, m: number) => ({ type: 'evaluation', step, metrics: { 'val/m': m } });
const end = (status: string, step: number, more: object = {}) => ({ type: 'end', step, status, ...more });
/** A run's journal, an entry to each of the clock's ticks from a time on. */
function journal(folder: string, name: string, entries: readonly object[], time = 1000): string {
  const run = join(folder, name);
  mkdirSync(run, { recursive: true });
  const lines = entries.map((entry, i) => `${JSON.stringify({ time: time + i, ...entry })}\n`);
  writeFileSync(join(run, 'events.jsonl'), lines.join(''));
  return run;
}

describe('how far a run is', () => {
  const folder = join(root, 'states');
  const stateOf = async (index: number) => (await readStates(folder, { runs: [runOf(index)] }))[0]!.state;

  test.each([
    [[], { status: 'queued' }],
    [
      [start, measured(3, 7), measured(6, 5), end('finished', 6)],
      { status: 'done', step: 6, metrics: { 'val/m': 5 } },
    ],
    [
      [start, measured(3, 7), { type: 'message', step: 5, text: '' }],
      { status: 'stopped', step: 5, metrics: { 'val/m': 7 } },
    ],
    [[start, end('failed', 2, { reason: 'NaN' })], { status: 'failed', step: 2, reason: 'NaN' }],
    [[start, end('killed', 2)], { status: 'stopped', step: 2 }],
    [[start, measured(2, 9), end('failed', 2), { ...start, type: 'resume' }], { status: 'stopped', step: 0 }],
  ])('%j is %j', async (entries, expected) => {
    const path = journal(folder, idOf(0), entries);
    expect(await stateOf(0)).toEqual({ path, ...expected });
  });

  test('somebody is at it while it is locked, unless it is done; a folder of its experiment is its own', async () => {
    const path = journal(folder, `renamed-${'1'.repeat(10)}`, [start]);
    lockFolder(path);
    expect(await stateOf(1)).toMatchObject({ status: 'running', path });
    journal(folder, `renamed-${'1'.repeat(10)}`, [start, end('finished', 1)]);
    expect(await stateOf(1)).toMatchObject({ status: 'done', path });
    unlockFolder(path);
    expect(await stateOf(2)).toEqual({ status: 'queued', path: join(folder, idOf(2)) });
    const nowhere = await readStates(join(root, 'nowhere'), { runs: [runOf(2)] });
    expect(nowhere[0]!.state.status).toBe('queued');
  });

  test('what failed before it could say so has failed by its last try, until it goes on', async () => {
    const time = vi.spyOn(Date, 'now');
    onTestFinished(() => time.mockRestore());
    const note = (at: number, ...noted: [Parameters<typeof noteAttempt>[2], string?]) => {
      time.mockReturnValue(at);
      return noteAttempt(folder, idOf(3), ...noted);
    };
    await note(900, 'begun');
    await note(990, 'crashed', 'killed by SIGKILL');
    expect((await readAttempts(folder, idOf(3))).map(({ time: at, event }) => [at, event])).toEqual([
      [900, 'begun'],
      [990, 'crashed'],
    ]);
    expect(await stateOf(3)).toMatchObject({ status: 'failed', reason: 'killed by SIGKILL' });
    // A journal of later says more.
    journal(folder, idOf(3), [start]);
    expect(await stateOf(3)).toMatchObject({ status: 'stopped' });
    await note(1000, 'failed', 'no data');
    expect(await stateOf(3)).toMatchObject({ status: 'failed', reason: 'no data' });
    await note(1001, 'stopped', 'asked to');
    expect(await stateOf(3)).toMatchObject({ status: 'stopped' });
    writeFileSync(join(folder, 'attempts', `${idOf(4)}.jsonl`), '{"time":1,"event":"begun"}\n{"torn');
    expect(await readAttempts(folder, idOf(4))).toEqual([{ time: 1, event: 'begun' }]);
    expect(await readAttempts(folder, idOf(5))).toEqual([]);
  });
});

test('in a search, who waits at a rung is paused, who is out is dropped, who has failed or works says so itself', async () => {
  const folder = join(root, 'search');
  const search: Sweep['search'] = {
    type: 'halving',
    seed: 1,
    metric: 'val/m',
    rungs: ['2 steps', '4 steps'],
    keep: 0.6,
  };
  const sweep: Sweep = { version: 1, key: 'k', ...sweepOf(4, { search }) };
  const at2 = (index: number, m: number, more: object[] = []) =>
    journal(folder, idOf(index), [start, measured(2, m), ...more]);
  at2(0, 1, [measured(4, 1), end('killed', 4)]);
  at2(1, 5, [end('killed', 2)]);
  at2(2, 3);
  journal(folder, idOf(3), [start, end('failed', 1, { reason: 'NaN' })]);
  const progress = async (again?: ReadonlySet<string>) => {
    const { standings, rungs } = await readProgress(folder, sweep, again);
    return [standings.map(({ state }) => state.status), rungs.map(({ kept }) => kept)];
  };
  // Of four 2.4, so 3, of whom one waits for the others at the next rung.
  expect(await progress()).toEqual([
    ['paused', 'stopped', 'stopped', 'failed'],
    [3, undefined],
  ]);
  expect(await progress(new Set([idOf(3)]))).toEqual([['paused', 'paused', 'paused', 'failed'], [undefined]]);
  journal(folder, idOf(3), [start, measured(2, 4)]);
  lockFolder(join(folder, idOf(1)));
  expect(await progress()).toEqual([
    ['paused', 'running', 'stopped', 'stopped'],
    [3, undefined],
  ]);
  unlockFolder(join(folder, idOf(1)));
  expect(await progress()).toEqual([
    ['paused', 'dropped', 'stopped', 'stopped'],
    [3, undefined],
  ]);
});

describe('a sweep’s folder', () => {
  const runs = join(root, 'runs');
  const folder = join(runs, 's');
  const recipe = 'name: x\nsummary: y\ntrain: { seed: 1 }\ngame: { outputs: { fake: {} } }\n';
  const recipes = { [idOf(0)]: recipe, [idOf(1)]: recipe };

  test('keeps its key and its store when it is written again, and says what is damaged', async () => {
    const store = { type: 'mlflow' as const, run: 'abc' };
    const first = await writeSweep(folder, { ...sweepOf(2), store }, recipes, 'vary: {}');
    const again = await writeSweep(folder, sweepOf(2, { name: 's', summary: 'more' }), recipes, 'vary: {}');
    expect(again).toEqual({ ...first, summary: 'more' });
    expect(await readSweep(folder)).toEqual(again);
    expect(readFileSync(join(folder, 'recipes', `${idOf(1)}.yaml`), 'utf8')).toBe(recipe);
    expect(readFileSync(join(folder, 'ablation.yaml'), 'utf8')).toBe('vary: {}');
    await expect(readSweep(join(root, 'none'))).rejects.toMatchObject({
      exitCode: 2,
      message: `There is no sweep in ${join(root, 'none')}.`,
    });
    for (const text of ['{', '{"version":2}']) {
      mkdirSync(join(root, 'damaged'), { recursive: true });
      writeFileSync(join(root, 'damaged', 'sweep.json'), text);
      await expect(readSweepIfThere(join(root, 'damaged'))).rejects.toMatchObject({ exitCode: 2 });
    }
  });

  test('is found by its path, its name and its ablation’s file', async () => {
    for (const which of [folder, 's', 's.yaml', 'elsewhere/s.YML'])
      expect(await findSweep(which, runs)).toBe(folder);
    mkdirSync(join(runs, 'pix2pix'), { recursive: true });
    await expect(findSweep('t', runs)).rejects.toMatchObject({
      exitCode: 2,
      remedy: 'Sweeps: s.',
    });
    await expect(findSweep('t', join(root, 'none'))).rejects.toMatchObject({
      remedy: expect.stringContaining('starts one') as string,
    });
  });

  test('has in its report what its runs were measured by, how long they took, and on what', async () => {
    const step = { type: 'step', step: 1, ms: 7, losses: {}, learningRates: {} };
    const data = { type: 'data', step: 0, sources: { a: { digest: 'd' } } };
    journal(folder, idOf(0), [
      start,
      data,
      step,
      { ...step, step: 2, ms: 8 },
      measured(2, 3),
      end('finished', 2),
    ]);
    const [begun, queued] = (await gatherSweep(folder, await readSweep(folder))).runs;
    expect(begun).toMatchObject({
      state: { status: 'done' },
      ...{ evaluations: [{ step: 2, metrics: { 'val/m': 3 } }], stepMs: 15, outputs: ['fake'] },
      ...{ versions: { node: '22' }, machine: { threads: 2 }, data: { a: { digest: 'd' } } },
    });
    expect(begun!.params).toEqual({ 'train.seed': '1' });
    expect(queued).toMatchObject({ evaluations: [], stepMs: 0, versions: {} });
  });

  test('is a run of its own on a tracking server, as far as it has come', async () => {
    const tracking = { mode: 'offline', experiment: 'e' };
    const other = journal(folder, idOf(1), [{ ...start, tracking }, end('failed', 1)], 500);
    for (const [run, seconds] of [
      [join(folder, idOf(0)), 30],
      [other, 20],
    ] as const)
      utimesSync(join(run, 'events.jsonl'), seconds, seconds);
    writeFileSync(join(folder, 'table.md'), '| v |');
    const { mode, parent } = (await trackedSweep(folder))!;
    expect([mode, parent.experiment, parent.status, parent.startTime, parent.endTime]).toEqual([
      'offline',
      'e',
      'FAILED',
      500,
      30_000,
    ]);
    expect(parent.note).toBe('more\n\n| v |');
    const tags = Object.fromEntries(parent.tags.map(({ key, value }) => [key, value]));
    expect(tags).toMatchObject({
      'mlflow.source.name': '/s.yaml',
      'gan.axis.v': '0, 1',
      'gan.trials': '1 done, 1 failed',
    });
    expect(tags).not.toHaveProperty('gan.threads');
    lockFolder(folder);
    expect((await trackedSweep(folder))!.parent).toMatchObject({ status: 'RUNNING', endTime: undefined });
    unlockFolder(folder);
    expect((await trackedSweeps(runs)).map(({ name }) => name)).toEqual(['s']);
    expect(
      (await sweepsOf([{ path: other }, { path: join(folder, idOf(0)) }])).map(({ name }) => name),
    ).toEqual(['s']);
    const statuses = async (last: readonly object[]): Promise<string> => {
      journal(folder, idOf(1), [{ ...start, tracking: { mode: 'off' } }, ...last], 500);
      return (await trackedSweep(folder))!.parent.status;
    };
    expect(await statuses([end('killed', 1)])).toBe('KILLED');
    expect(await statuses([end('finished', 1)])).toBe('FINISHED');
    // Who was the first to begin decides.
    expect(await trackedSweeps(runs)).toEqual([]);
    expect(await trackedSweeps(join(root, 'none'))).toEqual([]);
    rmSync(other, { recursive: true });
    rmSync(join(folder, idOf(0)), { recursive: true });
    expect(await trackedSweep(folder)).toBeUndefined();
  });

  test('is cancelled for those who are at it, not for those who come later', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const told: string[] = [];
    // A look is over when the disk has answered.
    const look = async () => {
      vi.advanceTimersByTime(1000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    onCancel(folder, () => told.push('first'));
    const watch = onCancel(folder, () => told.push('released'));
    await look();
    watch.release();
    await cancelSweep(folder);
    await look();
    expect(told).toEqual(['first']);
    onCancel(folder, () => told.push('later'));
    await look();
    await look();
    await uncancelSweep(folder);
    expect(existsSync(join(folder, 'cancelled'))).toBe(false);
    expect(told).toEqual(['first']);
  });
});
