import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { lockFolder, unlockFolder } from '../../src/record/lock.js';
import { noteAttempt, readAttempts } from '../../src/sweep/attempts.js';
import { findSweep } from '../../src/sweep/find.js';
import { gatherSweep } from '../../src/sweep/report/gather.js';
import { readProgress } from '../../src/sweep/standings.js';
import { readStates } from '../../src/sweep/state.js';
import { readSweep, readSweepIfThere, type Sweep, writeSweep } from '../../src/sweep/sweep.js';

const root = mkdtempSync(join(tmpdir(), 'gan-state-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const [A, B, C, D] = ['0', '1', '2', '3'].map((i) => `v-${i}-${i.repeat(10)}`) as [
  string,
  string,
  string,
  string,
];
const runOf = (id: string) => ({ index: 0, id, hash: id.slice(-1), cells: [{ v: id }], rungs: [2, 4] });
const sweepOf = (ids: readonly string[], more: Partial<Sweep> = {}) => ({
  ...{ name: 's', file: '/s.yaml', recipeFolder: '/', axes: [{ name: 'v', levels: [...ids] }] },
  ...{
    report: { metrics: ['val/m'], rows: 'v' },
    better: { 'val/m': 'lower' as const },
    runs: ids.map(runOf),
  },
  ...more,
});
const start = {
  type: 'start',
  step: 0,
  recipeFolder: '/',
  versions: { node: '22' },
  machine: { threads: 2 },
};
const at = (step: number, m: number) => ({ type: 'evaluation', step, metrics: { 'val/m': m } });
const end = (status: string, step: number) => ({ type: 'end', step, status });
/** A run's journal, an entry to each of the clock's ticks from a time on. */
function journal(folder: string, name: string, entries: readonly object[], time = 1000): string {
  mkdirSync(join(folder, name), { recursive: true });
  const lines = entries.map((entry, i) => `${JSON.stringify({ time: time + i, ...entry })}\n`);
  writeFileSync(join(folder, name, 'events.jsonl'), lines.join(''));
  return join(folder, name);
}

describe('how far a run is', () => {
  const folder = join(root, 'states');
  const stateOf = async (id: string) => (await readStates(folder, { runs: [runOf(id)] }))[0]!.state;

  test.each([
    [[], 'queued', undefined, undefined],
    [[start, at(3, 7), at(6, 5), end('finished', 6)], 'done', 6, 5],
    [[start, at(3, 7), { type: 'message', step: 5 }], 'stopped', 5, 7],
    [[start, { ...end('failed', 2), reason: 'NaN' }], 'failed', 2, undefined],
    [[start, end('killed', 2)], 'stopped', 2, undefined],
    [[start, at(2, 9), end('failed', 2), { ...start, type: 'resume' }], 'stopped', 0, undefined],
  ])('%j is %s after %d steps, with %d', async (entries, status, step, m) => {
    const path = journal(folder, A, entries);
    const known = { ...(step !== undefined && { step }), ...(m && { metrics: { 'val/m': m } }) };
    expect(await stateOf(A)).toEqual({
      path,
      status,
      ...known,
      ...(status === 'failed' && { reason: 'NaN' }),
    });
  });

  test('somebody is at it while it is locked, unless it is done; a folder of its experiment is its own', async () => {
    const path = journal(folder, `renamed-${B.slice(-10)}`, [start]);
    lockFolder(path);
    expect(await stateOf(B)).toMatchObject({ status: 'running', path });
    journal(folder, `renamed-${B.slice(-10)}`, [start, end('finished', 1)]);
    expect(await stateOf(B)).toMatchObject({ status: 'done', path });
    expect(await stateOf(C)).toEqual({ status: 'queued', path: join(folder, C) });
  });

  test('what failed before it could say so has failed by its last try, until it goes on', async () => {
    const time = vi.spyOn(Date, 'now');
    onTestFinished(() => time.mockRestore());
    const note = async (now: number, ...noted: [Parameters<typeof noteAttempt>[2], string?]) => {
      time.mockReturnValue(now);
      await noteAttempt(folder, D, ...noted);
      return (await stateOf(D)).status;
    };
    expect([await note(900, 'begun'), await note(990, 'crashed', 'killed')]).toEqual(['queued', 'failed']);
    expect((await readAttempts(folder, D)).map(({ time: when, event }) => `${when} ${event}`)).toEqual([
      '900 begun',
      '990 crashed',
    ]);
    // A journal of later says more.
    journal(folder, D, [start]);
    expect((await stateOf(D)).status).toBe('stopped');
    expect([await note(1000, 'failed', 'no data'), await note(1001, 'stopped', 'asked')]).toEqual([
      'failed',
      'stopped',
    ]);
    writeFileSync(join(folder, 'attempts', `${A}.jsonl`), '{"time":1,"event":"begun"}\n{"torn');
    expect(await readAttempts(folder, A)).toEqual([{ time: 1, event: 'begun' }]);
  });
});

test('in a search, who waits at a rung is paused, who is out is dropped, who has failed or works says so itself', async () => {
  const folder = join(root, 'search');
  const halving = {
    type: 'halving' as const,
    seed: 1,
    metric: 'val/m',
    rungs: ['2 steps', '4 steps'],
    keep: 0.6,
  };
  const sweep: Sweep = { version: 1, key: 'k', ...sweepOf([A, B, C, D], { search: halving }) };
  journal(folder, A, [start, at(2, 1), at(4, 1), end('killed', 4)]);
  journal(folder, B, [start, at(2, 5), end('killed', 2)]);
  journal(folder, C, [start, at(2, 3)]);
  journal(folder, D, [start, end('failed', 1)]);
  const progress = async (again?: ReadonlySet<string>): Promise<string> => {
    const { standings, rungs } = await readProgress(folder, sweep, again);
    return [...standings.map(({ state }) => state.status), ...rungs.map(({ kept }) => kept)].join(' ');
  };
  // Of four 2.4, so 3, of whom one waits for the others at the next rung.
  expect(await progress()).toBe('paused stopped stopped failed 3 ');
  expect(await progress(new Set([D]))).toBe('paused paused paused failed ');
  journal(folder, D, [start, at(2, 4)]);
  lockFolder(join(folder, B));
  expect(await progress()).toBe('paused running stopped stopped 3 ');
  unlockFolder(join(folder, B));
  expect(await progress()).toBe('paused dropped stopped stopped 3 ');
});

describe('a sweep’s folder', () => {
  const runs = join(root, 'runs');
  const folder = join(runs, 's');
  const recipe = 'name: x\nsummary: y\ntrain: { seed: 1 }\ngame: { outputs: { fake: {} } }\n';
  const write = (more: Partial<Sweep>) =>
    writeSweep(folder, sweepOf([A, B], more), { [A]: recipe, [B]: recipe }, 'a');

  test('keeps its key and its store when it is written again, is found, and says what is damaged', async () => {
    const first = await write({ store: { type: 'mlflow', run: 'abc' } });
    expect(await write({ summary: 'more' })).toEqual({ ...first, summary: 'more' });
    expect(await readSweep(folder)).toEqual({ ...first, summary: 'more' });
    expect(readFileSync(join(folder, 'recipes', `${B}.yaml`), 'utf8')).toBe(recipe);
    await expect(readSweep(join(root, 'none'))).rejects.toMatchObject({ exitCode: 2 });
    for (const which of [folder, 's', 's.yaml', 'x/s.YML']) expect(await findSweep(which, runs)).toBe(folder);
    await expect(findSweep('t', runs)).rejects.toMatchObject({ exitCode: 2, remedy: 'Sweeps: s.' });
    mkdirSync(join(root, 'damaged'));
    for (const text of ['{', '{"version":2}']) {
      writeFileSync(join(root, 'damaged', 'sweep.json'), text);
      await expect(readSweepIfThere(join(root, 'damaged'))).rejects.toMatchObject({ exitCode: 2 });
    }
  });

  test('has in its report what its runs were measured by, how long they took, and on what', async () => {
    const step = { type: 'step', step: 1, ms: 7, losses: {}, learningRates: {} };
    const data = { type: 'data', step: 0, sources: { a: { digest: 'd' } } };
    journal(folder, A, [start, data, step, { ...step, step: 2, ms: 8 }, at(2, 3), end('finished', 2)]);
    const [begun, queued] = (await gatherSweep(folder, await readSweep(folder))).runs;
    const evaluations = [{ step: 2, metrics: { 'val/m': 3 } }];
    expect(begun).toMatchObject({
      evaluations,
      stepMs: 15,
      outputs: ['fake'],
      params: { 'train.seed': '1' },
    });
    expect(begun).toMatchObject({
      versions: { node: '22' },
      machine: { threads: 2 },
      data: { a: { digest: 'd' } },
    });
    expect(queued).toMatchObject({ evaluations: [], stepMs: 0, versions: {} });
  });
});
