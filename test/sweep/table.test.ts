import { describe, expect, test } from 'vitest';
import { countShared, findDifferences, findUnevenness } from '../../src/sweep/report/differences.js';
import type { RunRecord } from '../../src/sweep/report/gather.js';
import { legendOf, roundValue, tabulate } from '../../src/sweep/report/table.js';
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
  });

  test.each([
    // Where higher is good GAN's one value, 30, is above all of L1's.
    ['higher', { L1: [10, 14], GAN: [30], both: [11, 12] }, ['', 'best', '']],
    // Ranges that touch are close, on either side; those that do not are not.
    ['lower', { L1: [3, 5], GAN: [1, 3], both: [4, 9] }, ['close', 'best', '']],
    ['higher', { L1: [3, 5], GAN: [5, 7], both: [1, 4.9] }, ['close', 'best', '']],
    ['lower', { L1: [2, 4], GAN: [3, 3], both: [NaN, 1] }, ['best', 'best', '']],
    ['lower', { L1: [], GAN: [NaN], both: [] }, [undefined, '', undefined]],
  ] as const)('where %s is better, of %j these are best, or close to it: %j', (better, given, expected) => {
    const values: Readonly<Record<string, readonly number[]>> = given;
    const measured = Object.entries(values).flatMap(([loss, own]) =>
      own.map((l1, i): Measured => [cell(loss, String(i + 1)), l1]),
    );
    const others = ['L1', 'GAN', 'both'].map((loss): Measured => [cell(loss, '2'), undefined]);
    const { groups } = tabulate({
      sweep: { ...sweep, better: { 'val/l1': better } },
      runs: records([...measured, ...others]),
    });
    const marks = groups.map(({ values: { 'val/l1': value } }) => {
      expect(value && value.best && value.close).not.toBe(true);
      return value && (value.best ? 'best' : value.close ? 'close' : '');
    });
    expect(marks).toEqual(expected);
  });

  test('says how much its numbers may be trusted', () => {
    expect(legendOf(table, 'seed')).toContain('over 1 to 2 seeds');
    expect(legendOf(tabulate({ sweep, runs: runs.slice(0, 1) }), 'seed')).toContain('One run each');
    expect(legendOf(tabulate({ sweep, runs: [] }), 'seed')).toBe('Nothing is measured yet.');
    const many = (n: number) =>
      legendOf(
        tabulate({ sweep, runs: records(Array.from({ length: n }, () => [cell('L1', '1'), 1])) }),
        undefined,
      );
    expect(many(4)).toMatch(/over 4 runs,.* With 4 each, take .* as a hint/);
    expect(many(5)).toMatch(/over 5 runs,[^.]*\.$/);
  });

  test('takes what a run had reached that was stopped, or failed, for no result', () => {
    const [one, two] = runs;
    const stopped = { ...two!, state: { ...two!.state, status: 'stopped' as const } };
    const { groups } = tabulate({ sweep, runs: [one!, stopped] });
    expect(groups[0]!.values['val/l1']).toMatchObject({ mean: 10, count: 1, deviation: undefined });
  });

  test('names what is compared by words, in the order of the levels', () => {
    const axes = [
      { name: 'patch', levels: ['70', '16'] },
      { name: 'loss', levels: ['L1', 'GAN'] },
      { name: 'seed', levels: ['2', '1'] },
    ];
    const all = records(
      ['16', '70'].flatMap((patch) =>
        ['GAN', 'L1'].flatMap((loss) =>
          ['1', '2'].map((seed): Measured => [{ patch, loss, seed }, Number(patch) + Number(seed)]),
        ),
      ),
    );
    const of = (report: Partial<Sweep['report']>, more: Partial<Sweep> = {}) =>
      tabulate({ sweep: { ...sweep, axes, ...more, report: { metrics: ['val/l1'], ...report } }, runs: all });
    const crossed = of({ rows: 'loss', columns: 'patch', average: 'seed' });
    expect(crossed).toMatchObject({ rows: ['L1', 'GAN'], columns: ['70', '16'], head: 'loss' });
    expect(crossed.groups.map(({ label, values }) => [label, values['val/l1']!.mean])).toEqual([
      ['L1, patch 70', 71.5],
      ['L1, patch 16', 17.5],
      ['GAN, patch 70', 71.5],
      ['GAN, patch 16', 17.5],
    ]);
    expect(crossed.groups[0]!.runs.map(({ run }) => run.cells[0]!['seed'])).toEqual(['2', '1']);
    const rows = of({ rows: 'loss', average: 'seed' });
    expect(rows).toMatchObject({ rows: ['L1, 70', 'L1, 16', 'GAN, 70', 'GAN, 16'], head: 'loss, patch' });
    expect(rows.groups[1]!.label).toBe('L1, patch 16');
    // What a search draws is sorted by what came out.
    const drawn = { search: { type: 'random' as const, seed: 1, budget: 4 } };
    expect(of({ rows: 'loss', average: 'seed' }, drawn).rows).toEqual([
      'L1, 16',
      'GAN, 16',
      'L1, 70',
      'GAN, 70',
    ]);
    const higher = { ...drawn, better: { 'val/l1': 'higher' as const } };
    expect(of({ average: 'seed' }, higher).rows).toEqual(['70, L1', '70, GAN', '16, L1', '16, GAN']);
    expect(of({ rows: 'loss', columns: 'patch', average: 'seed' }, higher).rows).toEqual(['L1', 'GAN']);
    const one = tabulate({
      sweep: { ...sweep, axes: axes.slice(2), report: { ...sweep.report, average: 'seed' } },
      runs: all,
    });
    expect(one.groups).toMatchObject([{ row: 'losses_1', label: 'losses_1', column: undefined }]);
  });

  test.each([
    [23.14159, 0.4321, ['23.14', '0.43']],
    [12345.678, 1.26, ['12346', '1']],
    [1000.4, 210, ['1000', '210']],
    [-0.0123456, 0.00099, ['-0.01235', '0.00099']],
    [0, 0.05, ['0.000', '0.050']],
    [1, 1e-15, ['1.0000', '0.0000']],
    [0, 1e-15, ['0.000000000000', '0.000000000000']],
    [1 / 3, undefined, ['0.3333', undefined]],
    [5, 0, ['5', '0']],
    [NaN, 1, ['NaN', undefined]],
  ])('rounds %d with the deviation %d to %j', (mean, deviation, expected) => {
    expect(roundValue({ mean, deviation })).toEqual(expected);
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
    expect(countShared({ runs: runs.slice(0, 2) })).toBe(2);
    expect(countShared({ runs })).toBe(1);
  });

  test('where no trials share the other levels, is what all of a level have in common and other levels have not', () => {
    const drawn = records([
      [cell('L1', '1'), 1, { w: '1', same: 'x', rate: '3' }],
      [cell('L1', '2'), 1, { w: '1', same: 'x', rate: '4' }],
      [cell('GAN', '1'), 1, { w: '2', same: 'x', rate: '5' }],
      [cell('both', '2'), 1, { w: '3', same: 'x', rate: '6' }],
    ]);
    expect(findDifferences({ sweep, runs: drawn })[0]!.paths).toEqual([
      { path: 'w', values: ['1', '2', '3'] },
    ]);
  });

  test('that was not meant to be is told of those that have begun: versions, machines, data', () => {
    expect(findUnevenness({ runs })).toEqual(['version of node: 20, 22']);
    const [a, b, c] = runs;
    const source = { type: 'images', counts: {} };
    const uneven = [
      {
        ...a!,
        machine: { processor: 'x', host: 'h1' },
        data: { pairs: { ...source, digest: '0123456789' } },
      },
      { ...b!, versions: a!.versions, machine: { processor: 'y', host: 'h2' } },
      { ...c!, versions: {}, machine: { processor: 'z' } },
    ];
    expect(findUnevenness({ runs: uneven })).toEqual([
      'machine’s processor: x, y',
      'files of the data pairs: 01234567, none',
    ]);
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
    // Of an axis that is named twice both; of two axes what has both.
    const chosen = (...only: string[]) => selectRuns(all, only).map(({ index }) => index);
    expect(chosen('seed=1', 'seed=2')).toEqual([0, 1, 2, 3, 4, 5]);
    expect(chosen('loss=GAN', 'seed=1', 'loss=both')).toEqual([2, 4]);
    expect(chosen()).toHaveLength(6);
    const comma = {
      axes: [{ name: 'a', levels: ['1,2', '1', '2'] }],
      runs: ['1,2', '1', '2'].map((a, index) => ({ ...all.runs[0]!, index, cells: [{ a }] })),
    };
    expect(selectRuns(comma, ['a=1,2']).map(({ index }) => index)).toEqual([0]);
    expect(selectRuns(comma, ['a=2,1']).map(({ index }) => index)).toEqual([1, 2]);
    for (const text of ['L1', '=L1']) expect(() => selectRuns(all, [text])).toThrow('no AXIS=LEVEL');
    expect(() => selectRuns(all, [], 6)).toThrow(/^This sweep has no run 6\.$/);
    expect(() => selectRuns(all, ['los=L1'])).toThrow('"los" is no axis');
    expect(() => selectRuns(all, ['loss=L2'])).toThrow('no level "L2"');
  });

  test.each([
    [{}, { jobs: 8, threads: 1, cacheBytes: 50 }],
    [{ trials: 3 }, { jobs: 3, threads: 2, cacheBytes: 133 }],
    [{ threads: 3 }, { jobs: 2, threads: 3, cacheBytes: 200 }],
    [{ threads: 16 }, { jobs: 1, threads: 16, cacheBytes: 400 }],
    [{ jobs: 5 }, { jobs: 5, threads: 1, cacheBytes: 80 }],
    [
      { jobs: 20, trials: 2 },
      { jobs: 2, threads: 4, cacheBytes: 200 },
    ],
    // 850 bytes are usable; each trial takes 150, and 50 of the decoded images.
    [{ trainingBytes: 150 }, { jobs: 4, threads: 2, cacheBytes: 100 }],
    [{ trainingBytes: 5000 }, { jobs: 1, threads: 8, cacheBytes: 400 }],
    [{ accelerated: true }, { jobs: 1, threads: 8, cacheBytes: 400 }],
    [{ trials: 0 }, { jobs: 1, threads: 8, cacheBytes: 400 }],
  ])('8 cores and 1000 bytes, asked for %j, are shared as %j', (asked, expected) => {
    const wanted = { trials: 9, trainingBytes: 10, cacheBytes: 400, ...asked };
    expect(shareMachine({ cores: 8, memory: 1000 }, wanted)).toEqual(expected);
  });
});
