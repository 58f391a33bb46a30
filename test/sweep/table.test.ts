import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDifferences, findUnevenness } from '../../src/sweep/report/differences.js';
import type { RunRecord } from '../../src/sweep/report/gather.js';
import { legendOf, roundValue, tabulate } from '../../src/sweep/report/table.js';
import { csvTable, latexTable, markdownTable } from '../../src/sweep/report/texts.js';
import { inRunningOrder, selectRuns } from '../../src/sweep/select.js';
import { shareMachine } from '../../src/sweep/resources.js';
import type { Sweep } from '../../src/sweep/sweep.js';

type Measured = readonly [
  cell: Record<string, string>,
  l1: number | undefined,
  params?: Record<string, string>,
];

const sweep: Sweep = {
  version: 1,
  key: 'k',
  name: 'losses_1',
  file: '/losses.yaml',
  recipeFolder: '/',
  axes: [
    { name: 'loss', levels: ['L1', 'GAN', 'both'] },
    { name: 'seed', levels: ['1', '2'] },
  ],
  report: {
    metrics: ['val/l1'],
    rows: 'loss',
    average: 'seed',
    published: [
      { source: 'A 2017', data: 'elsewhere', metrics: ['IoU'], values: { L1: [0.11], both: [0.2] } },
    ],
  },
  better: { 'val/l1': 'lower' },
  runs: [],
};

const records = (measured: readonly Measured[]): RunRecord[] =>
  measured.map(([cell, l1, params = {}], index) => ({
    run: { index, id: `r${index}-0123456789`, hash: `${index}`, cells: [cell] },
    state: {
      path: `/r${index}`,
      status: l1 === undefined ? 'failed' : 'done',
      ...(l1 === undefined ? {} : { metrics: { 'val/l1': l1 } }),
    },
    evaluations: [],
    stepMs: 0,
    versions: { gan: '1', node: index === 0 ? '20' : '22' },
    machine: {},
    data: {},
    params,
    outputs: ['fake'],
  }));

const cell = (loss: string, seed: string): Record<string, string> => ({ loss, seed });
const runs = records([
  [cell('L1', '1'), 10, { 'game.play': '["G"]', seed: '1', same: 'x' }],
  [cell('L1', '2'), 14, { 'game.play': '["G"]', seed: '2', same: 'x' }],
  [cell('GAN', '1'), 30, { 'game.play': '["D","G"]', seed: '1', same: 'x' }],
  [cell('GAN', '2'), undefined, { 'game.play': '["D","G"]', seed: '2', same: 'x' }],
  [cell('both', '1'), 11, { 'game.play': '["D","G"]', seed: '1', same: 'x', lambda: '100' }],
  [cell('both', '2'), 12, { 'game.play': '["D","G"]', seed: '2', same: 'x', lambda: '100' }],
]);

describe('the table of a sweep', () => {
  const table = tabulate({ sweep, runs });

  test('averages over seeds, and finds the best and what cannot be told from it', () => {
    const [l1, gan, both] = table.groups.map(({ values }) => values['val/l1']!);
    expect(l1).toMatchObject({ mean: 12, low: 10, high: 14, count: 2, best: false, close: true });
    expect(l1!.deviation).toBeCloseTo(Math.sqrt(8), 10);
    expect(gan).toMatchObject({ mean: 30, count: 1, deviation: undefined, best: false, close: false });
    expect(both).toMatchObject({ mean: 11.5, best: true, close: false });
    const higher = tabulate({ sweep: { ...sweep, better: { 'val/l1': 'higher' } }, runs });
    expect(higher.groups[1]!.values['val/l1']!.best).toBe(true);
  });

  test('is printed as Markdown, LaTeX and CSV, what others published beside it', () => {
    const markdown = markdownTable(sweep, table);
    expect(markdown).toContain('| L1 | 12.0 ± 2.8 ≈ | 0.11 |');
    expect(markdown).toContain('| GAN | 30 |  |');
    expect(markdown).toContain('| both | **11.50 ± 0.71** | 0.20 |');
    expect(markdown).toContain('[1] A 2017; another data set: elsewhere');
    const latex = latexTable(sweep, table);
    expect(latex).toContain('both & $\\mathbf{11.50} \\pm 0.71$ & 0.20 \\\\');
    expect(latex).toContain('\\label{tab:losses_1}');
    expect(latex).toContain('\\caption{losses\\_1.');
    expect(csvTable(sweep, table).split('\n')[1]).toMatch(/^L1,,val\/l1,12,2\.828\d*,2,10,14,0,1$/);
  });

  test('says how much its numbers may be trusted', () => {
    expect(legendOf(table, 'seed')).toContain('over 1 to 2 seeds');
    expect(legendOf(tabulate({ sweep, runs: runs.slice(0, 1) }), 'seed')).toContain('One run each');
    expect(legendOf(tabulate({ sweep, runs: [] }), 'seed')).toBe('Nothing is measured yet.');
  });

  test('has rows for what has no place in the report', () => {
    const { rows, groups } = tabulate({ sweep: { ...sweep, report: { metrics: ['val/l1'] } }, runs });
    expect(rows).toHaveLength(6);
    expect(groups.every(({ runs: { length } }) => length === 1)).toBe(true);
  });

  test('rounds to what the deviation leaves', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e4, max: 1e4, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (mean, deviation) => {
          const [text, spread] = roundValue({ mean, deviation });
          expect(Math.abs(Number(text) - mean)).toBeLessThanOrEqual(
            Math.max(deviation, Math.abs(mean) * 1e-4),
          );
          expect(text.split('.')[1]?.length).toBe(spread!.split('.')[1]?.length);
        },
      ),
    );
  });
});

describe('what was different', () => {
  test('is found in the recipes', () => {
    const [loss, seed] = findDifferences({ sweep, runs });
    expect(loss!.paths).toEqual([
      { path: 'game.play', values: ['["G"]', '["D","G"]', '["D","G"]'] },
      { path: 'lambda', values: [undefined, undefined, '100'] },
    ]);
    expect(seed!.paths.map(({ path }) => path)).toEqual(['seed']);
    expect(findUnevenness({ runs })).toEqual(['version of node: 20, 22']);
  });
});

describe('what is run', () => {
  const all = { ...sweep, runs: runs.map(({ run }) => run) };

  test('is chosen by levels and index, a whole table first', () => {
    expect(inRunningOrder(all.runs, all).map(({ index }) => index)).toEqual([0, 2, 4, 1, 3, 5]);
    const some = selectRuns(all, ['loss=L1,both', 'seed=2']);
    expect(some.map(({ index }) => index)).toEqual([1, 5]);
    expect(selectRuns(all, ['seed=2'], 3).map(({ index }) => index)).toEqual([3]);
    expect(() => selectRuns(all, ['seed=2'], 2)).toThrow('no run 2');
    expect(() => selectRuns(all, ['los=L1'])).toThrow('"los" is no axis');
    expect(() => selectRuns(all, ['loss=L2'])).toThrow('no level "L2"');
  });

  test('never asks twice of a core, nor for more memory than there is', () => {
    const gigabyte = 2 ** 30;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 128 }),
        fc.integer({ min: 1, max: 300 }),
        fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined }),
        (cores, trials, threads) => {
          const share = shareMachine(
            { cores, memory: 64 * gigabyte },
            {
              trials,
              trainingBytes: 2 * gigabyte,
              cacheBytes: 4 * gigabyte,
              ...(threads === undefined ? {} : { threads }),
            },
          );
          expect(share.jobs).toBeGreaterThan(0);
          expect(share.jobs).toBeLessThanOrEqual(trials);
          if (share.jobs > 1) {
            expect(share.jobs * share.threads).toBeLessThanOrEqual(cores);
            expect(share.jobs * (2 * gigabyte + share.cacheBytes)).toBeLessThanOrEqual(64 * gigabyte);
          }
        },
      ),
    );
    const accelerated = { trials: 9, trainingBytes: 1, cacheBytes: 1, accelerated: true };
    expect(shareMachine({ cores: 8, memory: gigabyte }, accelerated)).toMatchObject({ jobs: 1, threads: 8 });
  });
});
