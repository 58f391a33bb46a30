import { describe, expect, test } from 'vitest';
import { countShared, findDifferences, findUnevenness } from '../../../src/reports/sweep/differences.js';
import { legendOf, roundValue, tabulate } from '../../../src/reports/sweep/table.js';
import { shareMachine } from '../../../src/sweep/resources.js';
import { inRunningOrder, selectRuns } from '../../../src/sweep/select.js';
import type { Sweep } from '../../../src/sweep/sweep.js';
import { plain, record, sweep } from '../../sweep/support/table.js';

describe('the table of a sweep', () => {
  test.each([
    // Ranges that touch are close, on either side; those that do not are not.
    ['lower', '3 5', '1 3', 'close best'],
    ['lower', '3.1 5', '1 3', ' best'],
    ['higher', '3 5', '5 7', 'close best'],
    ['higher', '1 4.9', '5 7', ' best'],
    ['lower', '2 4', '3', 'best best'],
    ['lower', 'NaN 1', '7 9', ' best'],
    ['lower', 'NaN', '', ' none'],
    // The best mean, though not the best value.
    ['lower', '1 9', '4', 'close best'],
  ] as const)('where %s is better, of the values %s and %s: %s', (better, first, second, expected) => {
    const runs = [first, second].flatMap((text, loss) =>
      ` ${text}`
        .split(' ')
        .map((m, i) => record(i, `${plain.axes[0]!.levels[loss]} 1 ${i}`, m ? [Number(m)] : undefined)),
    );
    const { groups } = tabulate({ sweep: { ...plain, better: { m: better } }, runs });
    const marks = groups.map(({ values: { m } }) => [!m && 'none', m?.best && 'best', m?.close && 'close']);
    expect(marks.map((each) => each.filter(Boolean).join('+')).join(' ')).toBe(expected);
  });

  test('says how much its numbers may be trusted', () => {
    const of = (n: number, more = 0): string => {
      const runs = Array.from({ length: n + more }, (_, i) => record(i, i < n ? 'L1 1 1' : 'a|b 1 1', [1]));
      return legendOf(tabulate({ sweep: plain, runs }), undefined);
    };
    expect(of(0)).toBe('Nothing is measured yet.');
    expect(of(1)).toContain('One run each');
    expect(of(2, 1)).toContain('over 1 to 2 runs');
    expect(of(4)).toMatch(/over 4 runs,.* With 4 each, take .* as a hint/);
    expect(of(5)).toMatch(/over 5 runs,[^.]*\.$/);
  });

  test('names what is compared by words, in the order of the levels; what was drawn by what came of it', () => {
    const cells = ['L1', 'a|b'].flatMap((a) =>
      ['70', '16'].flatMap((b) => ['2', '1'].map((c) => `${a} ${b} ${c}`)),
    );
    const runs = cells.map((cell, i) => record(i, cell, [8 - i]));
    const of = (report: Partial<Sweep['report']>, more: Partial<Sweep> = {}) =>
      tabulate({ sweep: { ...sweep, ...more, report: { metrics: ['m'], ...report } }, runs });
    const crossed = of({ rows: 'loss', columns: 'patch', average: 'seed' });
    const labels = crossed.groups.map(({ label, values }) => `${label}: ${values['m']!.mean}`).join('; ');
    expect(labels).toBe('a|b, patch 16: 1.5; a|b, patch 70: 3.5; L1, patch 16: 5.5; L1, patch 70: 7.5');
    expect([crossed.rows, crossed.columns, crossed.head]).toEqual([['a|b', 'L1'], ['16', '70'], 'loss']);
    expect(crossed.groups[0]!.runs.map(({ run }) => run.cells[0]!['seed'])).toEqual(['1', '2']);
    const rows = (...how: Parameters<typeof of>): string =>
      `${of(...how).head}: ${of(...how).rows.join('; ')}`;
    expect(rows({ rows: 'patch', average: 'seed' })).toBe('patch, loss: 16, a|b; 16, L1; 70, a|b; 70, L1');
    const drawn = { search: { type: 'random' as const, seed: 1, budget: 4 } };
    expect(rows({ average: 'seed' }, drawn)).toBe('loss, patch: a|b, 16; a|b, 70; L1, 16; L1, 70');
    const higher = { ...drawn, better: { m: 'higher' as const } };
    expect(rows({ average: 'seed' }, higher)).toBe('loss, patch: L1, 70; L1, 16; a|b, 70; a|b, 16');
    expect(rows({ rows: 'loss', columns: 'patch', average: 'seed' }, higher)).toBe('loss: a|b; L1');
    const seeds = { axes: sweep.axes.slice(2) };
    expect(of({ average: 'seed' }, seeds).groups).toMatchObject([{ row: 'cross', label: 'cross' }]);
  });

  test.each([
    [23.14159, 0.4321, '23.14 0.43'],
    [12345.678, 1.26, '12346 1'],
    [1000.4, 210, '1000 210'],
    [-0.0123456, 0.00099, '-0.01235 0.00099'],
    [0, 0.05, '0.000 0.050'],
    [1, 1e-15, '1.0000 0.0000'],
    [1 / 3, undefined, '0.3333 '],
    [5, 0, '5 0'],
    [NaN, 1, 'NaN '],
  ])('rounds %d with the deviation %d to %s', (mean, deviation, expected) => {
    expect(roundValue({ mean, deviation }).join(' ')).toBe(expected);
  });
});

describe('what was different', () => {
  const recipes = (...all: readonly [cell: string, params: Record<string, string>][]) =>
    all.map(([cell, params], i) => record(i, cell, [1], { params: { same: 'x', ...params } }));

  test('is found in the recipes', () => {
    const runs = recipes(
      // With it the seed counts for nothing.
      ['a|b 1 1; a|b 1 2', { play: 'G', seed: '1' }],
      ['L1 1 1', { play: 'D', seed: '1', lambda: '9' }],
      ['L1 1 2', { play: 'D', seed: '2', lambda: '9' }],
    );
    const [loss, seed] = findDifferences({ sweep: plain, runs }).map(({ paths }) => paths);
    expect(loss).toEqual([
      { path: 'lambda', values: [undefined, '9'] },
      { path: 'play', values: ['G', 'D'] },
    ]);
    expect(seed).toEqual([{ path: 'seed', values: ['1', '2'] }]);
    expect([countShared({ runs }), countShared({ runs: runs.slice(0, 2) })]).toEqual([1, 2]);
  });

  test('where no trials share the other levels, is what all of a level have in common and others have not', () => {
    const runs = recipes(
      ['a|b 1 1', { w: '1', r: '3' }],
      ['a|b 1 2', { w: '1', r: '4' }],
      ['L1 1 3', { w: '2', r: '5' }],
    );
    expect(findDifferences({ sweep: plain, runs })[0]!.paths).toEqual([{ path: 'w', values: ['1', '2'] }]);
  });

  test('that was not meant to be is told of those that have begun: versions, machines, data', () => {
    const of = (node: string, machine: object, more: object = {}) =>
      record(0, 'L1 1 1', [1], { versions: { node }, machine, ...more });
    const data = { pairs: { digest: '0123456789' } };
    const runs = [of('20', { processor: 'x', host: 'h' }, { data }), of('22', { processor: 'y', host: 'i' })];
    const waits = of('', { processor: 'z' }, { versions: {} });
    const machines = ['version of node: 20, 22', 'machine’s processor: x, y'];
    expect(findUnevenness({ runs: [...runs, waits] })).toEqual([
      ...machines,
      'files of the data pairs: 01234567, none',
    ]);
  });
});

describe('what is run', () => {
  const cells = ['a|b 16 1', 'a|b 16 2', 'L1 16 1', 'L1 16 2', 'L1 70 1; a|b 70 1'];
  const all = { ...sweep, runs: cells.map((cell, i) => record(i, cell).run) };
  const chosen = (only: string, index?: number): string =>
    selectRuns(all, only.split(' ').filter(Boolean), index)
      .map((run) => run.index)
      .join(' ');

  test.each([
    ['', '0 1 2 3 4'],
    ['seed=1 seed=2', '0 1 2 3 4'],
    ['loss=L1 seed=1', '2 4'],
    ['loss=a|b,L1 seed=2', '1 3'],
    ['loss=a|b patch=70 loss=L1', '4'],
  ])('with --only %s these: %s', (only, expected) => {
    expect(chosen(only)).toBe(expected);
  });

  test('is one by its index, one seed of all first; a level’s name may hold a comma', () => {
    expect(chosen('seed=2', 3)).toBe('3');
    expect(() => chosen('seed=2', 2)).toThrow('no run 2 among those of --only');
    expect(() => chosen('', 5)).toThrow(/no run 5\.$/);
    for (const text of ['L1', '=L1']) expect(() => chosen(text)).toThrow('no AXIS=LEVEL');
    expect(() => chosen('los=L1')).toThrow('"los" is no axis');
    expect(() => chosen('loss=L2')).toThrow('no level "L2"');
    expect(inRunningOrder(all.runs, all).map(({ index }) => index)).toEqual([0, 2, 4, 1, 3]);
    const levels = ['1,2', '1', '2'];
    const comma = {
      axes: [{ name: 'a', levels }],
      runs: levels.map((a) => ({ ...all.runs[0]!, cells: [{ a }] })),
    };
    expect(selectRuns(comma, ['a=1,2'])).toEqual([comma.runs[0]]);
    expect(selectRuns(comma, ['a=2,1'])).toEqual(comma.runs.slice(1));
  });

  test.each([
    [{}, [8, 1, 50]],
    [{ trials: 3 }, [3, 2, 133]],
    [{ threads: 3 }, [2, 3, 200]],
    [{ threads: 16 }, [1, 16, 400]],
    [{ jobs: 5 }, [5, 1, 80]],
    [{ jobs: 20, trials: 2 }, [2, 4, 200]],
    // 850 bytes are usable; each trial takes 150, and 50 of the decoded images.
    [{ trainingBytes: 150 }, [4, 2, 100]],
    [{ trainingBytes: 5000 }, [1, 8, 400]],
    [{ accelerated: true }, [1, 8, 400]],
    [{ trials: 0 }, [1, 8, 400]],
  ])('8 cores and 1000 bytes, asked for %j, are so many trials, threads and bytes: %j', (asked, expected) => {
    const wanted = { trials: 9, trainingBytes: 10, cacheBytes: 400, ...asked };
    const { jobs, threads, cacheBytes } = shareMachine({ cores: 8, memory: 1000 }, wanted);
    expect([jobs, threads, cacheBytes]).toEqual(expected);
  });
});
