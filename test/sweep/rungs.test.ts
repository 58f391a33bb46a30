import { describe, expect, test } from 'vitest';
import { type Candidate, rungsOf, rungStatesOf } from '../../src/sweep/rungs.js';
import type { Sweep } from '../../src/sweep/sweep.js';

const SEEDS = ['1', '2'];
/** A search over so many levels, two seeds each, compared after 10 and 20 steps. */
function sweepOf(count: number, keep: number, better: 'lower' | 'higher' = 'lower'): Sweep {
  const levels = Array.from({ length: count }, (_, i) => `v${i}`);
  return {
    version: 1,
    key: 'k',
    name: 's',
    file: '/s.yaml',
    recipeFolder: '/',
    axes: [
      { name: 'v', levels },
      { name: 'seed', levels: SEEDS },
    ],
    search: { type: 'halving', seed: 1, metric: 'val/m', rungs: ['10 steps', '20 steps'], keep },
    report: { metrics: ['val/m'], rows: 'v', average: 'seed' },
    better: { 'val/m': better },
    runs: levels.flatMap((v, i) =>
      SEEDS.map((seed, j) => ({
        index: 2 * i + j,
        id: `${v}-${seed}`,
        hash: `${v}${seed}`,
        cells: [{ v, seed }],
        rungs: [10, 20],
      })),
    ),
  };
}

/** Each run with its values at the steps it has come to. */
const climbersOf = (
  sweep: Sweep,
  values: Readonly<Record<string, readonly number[] | 'failed'>>,
): Candidate[] =>
  sweep.runs.map((run) => {
    const results = values[run.id] ?? [];
    return {
      run,
      status: results === 'failed' ? 'failed' : 'stopped',
      evaluations:
        results === 'failed' ? [] : results.map((m, i) => ({ step: 10 * (i + 1), metrics: { 'val/m': m } })),
    };
  });

describe('successive halving', () => {
  const sweep = sweepOf(3, 0.5);
  const first = { 'v0-1': [5], 'v0-2': [7], 'v1-1': [1], 'v1-2': [12], 'v2-1': [9], 'v2-2': [9] };

  test('waits until all have come, then goes on with the best by the mean over seeds', () => {
    const { 'v1-2': _, ...some } = first;
    const waiting = climbersOf(sweep, some);
    const [rung, ...more] = rungsOf(sweep, waiting);
    expect(rung!.kept).toBeUndefined();
    expect(more).toEqual([]);
    const places = rungStatesOf(sweep, [rung!], waiting);
    expect(places.get('v0-1')).toEqual({ until: 10, idle: 'paused' });
    expect(places.get('v1-2')).toEqual({ until: 10, idle: undefined });

    const all = climbersOf(sweep, first);
    const rungs = rungsOf(sweep, all);
    expect(rungs[0]!.kept).toBe(2);
    expect(rungs[0]!.groups.map(({ cell, score }) => [cell['v'], score])).toEqual([
      ['v0', 6],
      ['v1', 6.5],
      ['v2', 9],
    ]);
    expect(rungStatesOf(sweep, rungs, all).get('v2-1')).toEqual({ until: 10, idle: 'dropped' });
    expect(rungStatesOf(sweep, rungs, all).get('v1-1')).toEqual({ until: 20, idle: undefined });
  });

  test('takes the last ones to the end', () => {
    const all = climbersOf(sweep, {
      ...first,
      'v0-1': [5, 8],
      'v0-2': [7, 8],
      'v1-1': [1, 1],
      'v1-2': [12, 2],
    });
    const rungs = rungsOf(sweep, all);
    expect(rungs.map(({ kept }) => kept)).toEqual([2, 1]);
    const places = rungStatesOf(sweep, rungs, all);
    expect(places.get('v1-1')).toEqual({ until: undefined, idle: undefined });
    expect(places.get('v0-1')).toEqual({ until: 20, idle: 'dropped' });
  });

  test('knows which way is good, and drops the others', () => {
    const higher = sweepOf(3, 0.1, 'higher');
    const all = climbersOf(higher, first);
    const rungs = rungsOf(higher, all);
    expect(rungs[0]!.groups.map(({ score }) => score)).toEqual([9, 6.5, 6]);
    expect(rungStatesOf(higher, rungs, all).get('v1-1')).toEqual({ until: 10, idle: 'dropped' });
  });

  test('leaves out whom a seed fails, and goes on with nobody where all have failed', () => {
    const partly = climbersOf(sweep, { ...first, 'v0-2': 'failed' });
    const [rung] = rungsOf(sweep, partly);
    expect(rung!.groups.map(({ cell }) => cell['v'])).toEqual(['v1', 'v2', 'v0']);
    expect(rung!.kept).toBe(2);
    const none = Object.fromEntries(sweep.runs.map(({ id }) => [id, 'failed' as const]));
    expect(rungsOf(sweep, climbersOf(sweep, none)).map(({ kept }) => kept)).toEqual([0, 0]);
  });

  test('of two that are as good the first goes on; what is no number goes last, whichever way is good', () => {
    const names = (better: 'lower' | 'higher', v1: number) => {
      const all = sweepOf(4, 0.5, better);
      const [one, two] = [{ 'v0-1': [3], 'v0-2': [3], 'v1-1': [v1], 'v1-2': [v1] }, [2, 4]];
      const values = { ...one, 'v2-1': two, 'v2-2': [4], 'v3-1': [3], 'v3-2': [3] };
      return rungsOf(all, climbersOf(all, values))[0]!.groups.map(({ cell }) => cell['v']);
    };
    expect(names('lower', 3)).toEqual(['v0', 'v1', 'v2', 'v3']);
    for (const wrong of [NaN, Infinity, -Infinity]) {
      expect(names('lower', wrong)).toEqual(['v0', 'v2', 'v3', 'v1']);
      expect(names('higher', wrong)).toEqual(['v0', 'v2', 'v3', 'v1']);
    }
  });

  test('what a run was measured by counts though it failed later; one that was not measured by the metric is out', () => {
    const all = climbersOf(sweep, first).map((each) => ({ ...each, status: 'failed' as const }));
    expect(rungsOf(sweep, all)[0]!.groups.map(({ score }) => score)).toEqual([6, 6.5, 9]);
    const other = all.map((each) =>
      each.run.id === 'v0-1' ? { ...each, evaluations: [{ step: 10, metrics: { 'val/n': 1 } }] } : each,
    );
    expect(rungsOf(sweep, other)[0]!.groups.at(-1)).toMatchObject({ cell: { v: 'v0' }, score: NaN });
  });

  test('counts trials that are equal as one, which goes on where any of its cells does', () => {
    const twin = { ...sweep, runs: sweep.runs.slice(0, 4) };
    const shared = {
      ...twin,
      runs: twin.runs.map((run) =>
        run.cells[0]!['v'] === 'v0' ? { ...run, cells: [...run.cells, { ...run.cells[0]!, v: 'v2' }] } : run,
      ),
    };
    expect(rungsOf(shared, climbersOf(shared, first))[0]!.groups).toHaveLength(2);
    // A seed that both levels have in common, and one each of their own.
    const [a, b, c] = sweep.runs;
    const both = { ...a!, cells: [...a!.cells, { v: 'v1', seed: '1' }] };
    const halves = { ...sweep, runs: [both, b!, { ...c!, cells: [{ v: 'v1', seed: '2' }] }] };
    const all = climbersOf(halves, { 'v0-1': [1], 'v0-2': [9], 'v1-1': [3] });
    const rungs = rungsOf(halves, all);
    expect(rungs[0]).toMatchObject({ kept: 1, groups: [{ cell: { v: 'v1' }, score: 2 }, { score: 5 }] });
    const idle = [...rungStatesOf(halves, rungs, all).values()].map((place) => place.idle);
    expect(idle).toEqual([undefined, 'dropped', undefined]);
  });

  test.each([
    [4, 0.5, 2],
    [3, 0.5, 2],
    [9, 1 / 3, 3],
    [10, 0.31, 4],
    // 25 * 0.28 is 7.000000000000001.
    [25, 0.28, 7],
    [10, 0.01, 1],
    [1, 0.5, 1],
  ])('of %i that come, with keep: %d the best %i go on', (count, keep, kept) => {
    const all = sweepOf(count, keep);
    const value = (i: number): number => (7 * i) % count;
    const values = all.runs.map(({ id, index }) => [id, [value(index >> 1)]] as const);
    const [rung] = rungsOf(all, climbersOf(all, Object.fromEntries(values)));
    expect(rung!.kept).toBe(kept);
    expect(rung!.groups.map(({ score }) => score)).toEqual(Array.from({ length: count }, (_, i) => i));
  });
});
