import { stripVTControlCharacters as plain } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Progress } from '../../src/cli/progress.js';
import { describeRung, describeSearch } from '../../src/cli/sweep/rungs.js';
import { SweepScreen } from '../../src/cli/sweep/screen.js';
import { formatTrialStates } from '../../src/cli/sweep/table.js';
import type { PreparedSweep } from '../../src/sweep/prepare.js';
import type { RunState, TrialState } from '../../src/sweep/state.js';
import type { SweepRun } from '../../src/sweep/sweep.js';

/** A file that is written to, and what was written since the last look, its spaces one. */
function newLog() {
  let text = '';
  const stream = { write: (more: string) => (text += plain(more)) } as unknown as NodeJS.WriteStream;
  const take = (): string => {
    const plain = text.replace(/ +/g, ' ');
    text = '';
    return plain;
  };
  return { stream, take };
}
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const stepOf = (step: number, ms: number, losses: Record<string, number> = {}) =>
  ({ type: 'step', step, epoch: 0, losses, learningRates: {}, images: 4, ms, waitMs: 0 }) as const;
test('a run is a line each ten seconds, and at its end: median rate, time left, mean losses', () => {
  const { stream, take } = newLog();
  const progress = new Progress(100, 0, stream);
  const after = (ms: number, ...event: Parameters<typeof stepOf>): string => {
    vi.setSystemTime(Date.now() + ms);
    progress.step(stepOf(...event));
    return take();
  };
  expect(after(5000, 1, 9000, { 'D/a': 1, 'D/total': 7 }) + after(4999, 2, 100, { 'D/a': 2 })).toBe('');
  const losses = { 'D/a': 6, 'D/a/real': 3, 'D/total': 9, 'G/p': 0.5 };
  expect(after(1, 3, 200, losses)).toBe('step 3/100 | 20.0 images/s | 19s left | D/a 3.00 | G/p 0.500\n');
  expect(after(9999, 4, 200)).toBe('');
  for (let i = 5; i <= 30; i++) after(0, i, 10, { 'D/a': i });
  expect(after(1, 31, 10, { 'D/a': 31 })).toBe('step 31/100 | 400 images/s | 690ms left | D/a 21.5\n');
  expect(after(0, 100, 10)).toBe('step 100/100 | 400 images/s\n');
});

const axes = ['v', 'w'].map((name) => ({ name, levels: ['a'] }));
const sweep = { name: 's', axes, report: { metrics: ['val/m', 'val/n'] } };
function trialState(index: number, status: RunState['status'], more = {}, equal = 0): TrialState {
  const cells = Array.from({ length: 1 + equal }, () => ({ v: 'ab'[index % 2]!, w: '1' }));
  return { run: { index, id: `r${index}`, hash: '', cells }, state: { path: '/', status, ...more } };
}
test('a table of trials has a line for each: cell, state, steps, rate, metrics or what failed', () => {
  const live = new Map([0, 1, 4].map((i) => [`r${i}`, { steps: 90, ms: 40 }]));
  const reason = `${'x'.repeat(71)}\nmore`;
  const all = [
    trialState(0, 'running', { step: 5, metrics: { 'val/m': 1.23456 } }),
    trialState(1, 'done', { step: 90, metrics: { 'val/m': NaN, 'val/n': 2 } }, 1),
    trialState(2, 'failed', { step: 4, reason }),
    trialState(4, 'queued'),
  ];
  expect(
    plain(formatTrialStates(sweep, all, live))
      .replace(/^ +/gm, '')
      .replace(/ +/g, ' '),
  ).toBe(`v w state steps val/m val/n
0 a 1 running 5/90 25.0/s 1.235
1 b (+1) 1 done 90/90 NaN 2.000
2 a 1 failed 4 ${'x'.repeat(69)}…
4 a 1 queued 0/90`);
});

test('a rung says who goes on, a search how', () => {
  const group = (v: string, score?: number) => ({ cell: { v, w: '1' }, runs: [], score });
  const groups = [group('a', 1.23456), group('b', 2), group('c')];
  const rung = (kept?: number) => plain(describeRung({ after: '5 steps', groups, kept }));
  expect([rung(), rung(0), rung(1), rung(2)].join('\n')).toBe(`rung 5 steps: 2 of 3 have come
rung 5 steps: 0 of 3 go on
rung 5 steps: 1 of 3 goes on: v=a, w=1 (1.235)
rung 5 steps: 2 of 3 go on: v=a, w=1 (1.235); v=b, w=1 (2.000)`);
  const text = 'after 5 steps the best 33.3 % by m go on; one that is left trains to its end';
  const halving = { type: 'halving' as const, seed: 2, metric: 'm', rungs: ['5 steps'], keep: 1 / 3 };
  expect(describeSearch({ search: halving })).toBe(`halving: ${text}`);
  const drawn = '5 combinations drawn with seed 2';
  expect(describeSearch({ search: { ...halving, budget: 5 } })).toBe(`halving: ${drawn}; ${text}`);
  expect(describeSearch({ search: { type: 'random', seed: 2, budget: 5 } })).toBe(drawn);
  expect(describeSearch({ search: { type: 'grid', seed: 1 } })).toBeUndefined();
});

test('in a log a sweep has a line for what happens, and each minute how long it will take', () => {
  const three = [0, 1, 2].map((i) => trialState(i, 'queued'));
  const steps = Object.fromEntries(three.map(({ run }) => [run.id, 1000]));
  const prepared = { trials: three, outlook: { steps }, expanded: { sweep }, share: { jobs: 2 } };
  const { stream, take } = newLog();
  const screen = new SweepScreen(prepared as unknown as PreparedSweep, stream);
  const [a, b, c] = three.map(({ run }) => run);
  screen.onStart(a!);
  vi.advanceTimersByTime(60_000);
  expect(take()).toBe('0 v=a, w=1 runs\n1 running, 2 queued after 1m\n');
  const hear = (run: SweepRun, step: number, ms: number): void => {
    screen.onMessage(run, { type: 'outlook', from: 0, steps: 1000 });
    screen.onMessage(run, { type: 'step', step, ms });
  };
  hear(a!, 100, 50);
  hear(b!, 49, 200);
  vi.advanceTimersByTime(60_000);
  // Of a 900 steps of 50 ms; of b 951, too early to be its own, and of c 1000 of the usual 200 ms; two at once.
  expect(take()).toBe('1 running, 2 queued after 2m, about 3m 37s left\n');
  screen.onMessage(c!, { type: 'warning', text: 'careful' });
  screen.onEnd(a!, { status: 'crashed', reason: 'killed' }, true);
  screen.onEnd(b!, { status: 'failed', reason: 'NaN' }, false);
  screen.onEnd(c!, { status: 'paused' }, false);
  screen.onEnd(a!, { status: 'finished' }, false);
  const groups = [['r0'], ['r1', 'r2']].map((runs) => ({ cell: { v: 'a' }, runs, score: 1 }));
  screen.onRungDecided({ after: '5 steps', kept: 1, groups });
  vi.advanceTimersByTime(60_000);
  expect(take()).toBe(`warning 2 v=a, w=1: careful
again 0 v=a, w=1: killed
failed 1 v=b, w=1: NaN
2 v=a, w=1 paused
0 v=a, w=1 done
rung 5 steps: 1 of 2 goes on: v=a (1.000)
1 done, 1 dropped, 1 failed after 3m, about 0ms left
`);
  screen.close();
  vi.advanceTimersByTime(120_000);
  expect(take()).toBe('');
});
