import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Climber, climb, placesOf } from '../../src/sweep/rungs.js';
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
): Climber[] =>
  sweep.runs.map((run) => {
    const own = values[run.id] ?? [];
    return {
      run,
      status: own === 'failed' ? 'failed' : 'stopped',
      evaluations:
        own === 'failed' ? [] : own.map((m, i) => ({ step: 10 * (i + 1), metrics: { 'val/m': m } })),
    };
  });

describe('successive halving', () => {
  const sweep = sweepOf(3, 0.5);
  const first = { 'v0-1': [5], 'v0-2': [7], 'v1-1': [1], 'v1-2': [12], 'v2-1': [9], 'v2-2': [9] };

  test('waits until all have come, then goes on with the best by the mean over seeds', () => {
    const { 'v1-2': _, ...some } = first;
    const waiting = climbersOf(sweep, some);
    const [rung, ...more] = climb(sweep, waiting);
    expect(rung!.kept).toBeUndefined();
    expect(more).toEqual([]);
    const places = placesOf(sweep, [rung!], waiting);
    expect(places.get('v0-1')).toEqual({ until: 10, rests: 'paused' });
    expect(places.get('v1-2')).toEqual({ until: 10, rests: undefined });

    const all = climbersOf(sweep, first);
    const rungs = climb(sweep, all);
    expect(rungs[0]!.kept).toBe(2);
    expect(rungs[0]!.parties.map(({ cell, score }) => [cell['v'], score])).toEqual([
      ['v0', 6],
      ['v1', 6.5],
      ['v2', 9],
    ]);
    expect(placesOf(sweep, rungs, all).get('v2-1')).toEqual({ until: 10, rests: 'dropped' });
    expect(placesOf(sweep, rungs, all).get('v1-1')).toEqual({ until: 20, rests: undefined });
  });

  test('takes the last ones to the end', () => {
    const all = climbersOf(sweep, {
      ...first,
      'v0-1': [5, 8],
      'v0-2': [7, 8],
      'v1-1': [1, 1],
      'v1-2': [12, 2],
    });
    const rungs = climb(sweep, all);
    expect(rungs.map(({ kept }) => kept)).toEqual([2, 1]);
    const places = placesOf(sweep, rungs, all);
    expect(places.get('v1-1')).toEqual({ until: undefined, rests: undefined });
    expect(places.get('v0-1')).toEqual({ until: 20, rests: 'dropped' });
  });

  test('knows which way is good', () => {
    const higher = sweepOf(3, 0.1, 'higher');
    expect(climb(higher, climbersOf(higher, first))[0]!.parties[0]!.cell['v']).toBe('v2');
  });

  test('leaves out whom a seed fails, and goes on with nobody where all have failed', () => {
    const partly = climbersOf(sweep, { ...first, 'v0-2': 'failed' });
    const [rung] = climb(sweep, partly);
    expect(rung!.parties.map(({ cell }) => cell['v'])).toEqual(['v1', 'v2', 'v0']);
    expect(rung!.kept).toBe(2);
    const none = Object.fromEntries(sweep.runs.map(({ id }) => [id, 'failed' as const]));
    expect(climb(sweep, climbersOf(sweep, none)).map(({ kept }) => kept)).toEqual([0, 0]);
  });

  test('counts trials that are equal as one', () => {
    const twin = { ...sweep, runs: sweep.runs.slice(0, 4) };
    const shared = {
      ...twin,
      runs: twin.runs.map((run) =>
        run.cells[0]!['v'] === 'v0' ? { ...run, cells: [...run.cells, { ...run.cells[0]!, v: 'v2' }] } : run,
      ),
    };
    expect(climb(shared, climbersOf(shared, first))[0]!.parties).toHaveLength(2);
  });

  test('keeps its share and no worse one than it drops', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true })), {
          minLength: 1,
          maxLength: 20,
        }),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (values, keep) => {
          const all = sweepOf(values.length, keep);
          const climbers = climbersOf(
            all,
            Object.fromEntries(
              values.flatMap(([a, b], i) => [[`v${i}-1`, [a]] as const, [`v${i}-2`, [b]] as const]),
            ),
          );
          const [rung] = climb(all, climbers);
          const finite = rung!.parties.filter(({ score }) => Number.isFinite(score)).length;
          expect(rung!.kept).toBe(Math.min(finite, Math.ceil(values.length * keep - 1e-9)));
          const scores = rung!.parties.map(({ score }) => score!);
          const [kept, dropped] = [scores.slice(0, rung!.kept), scores.slice(rung!.kept)];
          for (const out of dropped.filter(Number.isFinite))
            expect(Math.max(...kept)).toBeLessThanOrEqual(out);
        },
      ),
    );
  });
});
