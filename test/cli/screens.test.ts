import { Writable } from 'node:stream';
import { stripVTControlCharacters as plain } from 'node:util';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Progress } from '../../src/cli/progress.js';
import { describeSweep } from '../../src/cli/sweep/describe.js';
import { describeRung, describeSearch } from '../../src/cli/sweep/rungs.js';
import { SweepScreen } from '../../src/cli/sweep/screen.js';
import { formatStandings } from '../../src/cli/sweep/table.js';
import { conclude } from '../../src/cli/sweep/watch.js';
import { UserError } from '../../src/core/errors.js';
import type { PreparedSweep } from '../../src/sweep/prepare.js';
import type { RunState, Standing } from '../../src/sweep/state.js';

/** What is written to a terminal, or, without rows, to a file. */
class Screen extends Writable {
  text = '';
  readonly columns = 100;
  readonly isTTY: boolean;
  constructor(readonly rows?: number) {
    super({ decodeStrings: false });
    this.isTTY = rows !== undefined;
  }
  override _write(chunk: string | Buffer, _: BufferEncoding, done: () => void): void {
    this.text += plain(String(chunk));
    done();
  }
  /** What was said since the last look, its spaces one. */
  take(): string {
    const { text } = this;
    this.text = '';
    return text.replace(/ +/g, ' ');
  }
}
const streamOf = (screen: Screen) => screen as unknown as NodeJS.WriteStream;
const narrow = (text: string): string =>
  plain(text)
    .replace(/^ +| +$/gm, '')
    .replace(/ +/g, ' ');

let said = '';
const heard = (): string => {
  const text = narrow(said);
  said = '';
  return text;
};
beforeEach(() => {
  said = '';
  const say = (text: unknown): void => void (said += `${String(text)}\n`);
  for (const name of ['log', 'error'] as const) vi.spyOn(console, name).mockImplementation(say);
  vi.useFakeTimers({ now: new Date('2026-03-01T12:00:00') });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const stepOf = (step: number, ms: number, losses: Record<string, number> = {}) =>
  ({ type: 'step', step, epoch: 0, losses, learningRates: {}, images: 4, ms, waitMs: 0 }) as const;
test('a run is a line each ten seconds, and at its end: median rate, time left, mean losses', () => {
  const screen = new Screen();
  const progress = new Progress(100, 0, streamOf(screen));
  const after = (ms: number, ...event: Parameters<typeof stepOf>): string => {
    vi.setSystemTime(Date.now() + ms);
    progress.step(stepOf(...event));
    return screen.take();
  };
  expect(after(5000, 1, 9000, { 'D/a': 1, 'D/total': 7 }) + after(4999, 2, 100, { 'D/a': 2 })).toBe('');
  const losses = { 'D/a': 6, 'D/a/real': 3, 'D/total': 9, 'G/p': 0.5 };
  expect(after(1, 3, 200, losses)).toBe('step 3/100 | 20.0 images/s | 19s left | D/a 3.00 | G/p 0.500\n');
  expect(after(9999, 4, 200)).toBe('');
  for (let i = 5; i <= 30; i++) after(0, i, 10, { 'D/a': i });
  expect(after(1, 31, 10, { 'D/a': 31 })).toBe('step 31/100 | 400 images/s | 690ms left | D/a 21.5\n');
  expect(after(0, 100, 10)).toBe('step 100/100 | 400 images/s\n');
});

const axes = [
  { name: 'v', levels: ['a', 'b'] },
  { name: 'w', levels: ['1'] },
];
const sweep = { name: 's', axes, report: { metrics: ['val/m', 'val/n'] } };
function standing(
  index: number,
  status: RunState['status'],
  more: Partial<RunState> = {},
  equal = 0,
): Standing {
  const cells = Array.from({ length: 1 + equal }, () => ({ v: 'ab'[index % 2]!, w: '1' }));
  return { run: { index, id: `r${index}`, hash: '', cells }, state: { path: '/', status, ...more } };
}
test('a table of trials has a line for each: cell, state, steps, rate, metrics or what failed', () => {
  const live = new Map([0, 1, 4].map((i) => [`r${i}`, { steps: 90, ms: 40 }]));
  const reason = `${'x'.repeat(71)}\nmore`;
  const all = [
    standing(0, 'running', { step: 5, metrics: { 'val/m': 1.23456 } }),
    standing(1, 'done', { step: 90, metrics: { 'val/m': NaN, 'val/n': 2 } }, 2),
    standing(2, 'failed', { step: 4, reason }),
    standing(4, 'queued'),
  ];
  expect(narrow(formatStandings(sweep, all, live))).toBe(`v w state steps val/m val/n
0 a 1 running 5/90 25.0/s 1.235
1 b (+2) 1 done 90/90 NaN 2.000
2 a 1 failed 4 ${'x'.repeat(69)}…
4 a 1 queued 0/90`);
});

test('a rung says who goes on, a search how', () => {
  const party = (v: string, score?: number) => ({ cell: { v, w: '1' }, runs: [], score });
  const parties = [party('a', 1.23456), party('b', 2), party('c')];
  const rung = (kept?: number) => plain(describeRung({ after: '5 steps', parties, kept }));
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

const three = [0, 1, 2].map((i) => standing(i, 'queued'));
function prepared(standings: readonly Standing[], more: object = {}, jobs = 2): PreparedSweep {
  const steps = Object.fromEntries(standings.map(({ run }) => [run.id, 1000]));
  const outlook = { steps, seconds: 3700, diskBytes: 5e6, freeBytes: 4e6, memoryBytes: 2e9, ...more };
  const expanded = { sweep: { ...sweep, runs: three }, ablation: { trials: [1, 2, 3, 4] } };
  const rest = { share: { jobs, threads: 3 - jobs }, request: { retries: jobs }, folder: process.cwd() };
  return { standings, outlook, expanded, ...rest } as unknown as PreparedSweep;
}
test('a sweep says what it is and takes before it begins, and warns', () => {
  expect(narrow(describeSweep(prepared(three)))).toBe(`sweep s
v a, b
w 1
trials 4, 1 of them the same as another: 3 runs: 3 queued
at once 2 trials with 1 thread each, up to 2 GB of memory with decoded images; one that crashes is taken up again 2 times
time about 1h 1m (a first guess)
disk up to 5 MB for checkpoints, 4 MB free
folder .
warning The disk may not have room for that.`);
  const lost = { seconds: undefined, diskBytes: 4e6, dataProblem: new UserError('no data') };
  const text = narrow(describeSweep(prepared(three.slice(1), lost, 1)));
  expect(text).toMatch(
    /3 runs; 2 chosen: 2 queued\nat once 1 trial with 2 threads, .* again once\ntime not known/,
  );
  expect(text).toMatch(/folder .\nwarning no data$/);
});

test('in a log a sweep has a line for what happens, and each minute how long it will take', () => {
  const log = new Screen();
  const screen = new SweepScreen(prepared(three), streamOf(log));
  const [a, b, c] = three.map(({ run }) => run);
  screen.begun(a!);
  vi.advanceTimersByTime(60_000);
  expect(log.take()).toBe('0 v=a, w=1 runs\n1 running, 2 queued after 1m\n');
  for (const [run, step, ms] of [
    [a!, 100, 50],
    [b!, 49, 200],
  ] as const) {
    screen.heard(run, { type: 'outlook', from: 0, steps: 1000 });
    screen.heard(run, { type: 'step', step, ms });
  }
  vi.advanceTimersByTime(60_000);
  // Of a 900 steps of 50 ms; of b 951, too early to be its own, and of c 1000 of the usual 200 ms; two at once.
  expect(log.take()).toBe('1 running, 2 queued after 2m, about 3m 37s left\n');
  screen.heard(c!, { type: 'warning', text: 'careful' });
  screen.ended(a!, { status: 'crashed', reason: 'killed' }, true);
  screen.ended(b!, { status: 'failed', reason: 'NaN' }, false);
  screen.ended(c!, { status: 'paused' }, false);
  screen.ended(a!, { status: 'finished' }, false);
  const parties = [['r0'], ['r1', 'r2']].map((runs) => ({ cell: { v: 'a' }, runs, score: 1 }));
  screen.decided({ after: '5 steps', kept: 1, parties });
  vi.advanceTimersByTime(60_000);
  expect(log.take()).toBe(`warning 2 v=a, w=1: careful
again 0 v=a, w=1: killed
failed 1 v=b, w=1: NaN
2 v=a, w=1 paused
0 v=a, w=1 done
rung 5 steps: 1 of 2 goes on: v=a (1.000)
1 done, 1 dropped, 1 failed after 3m, about 0ms left
`);
  screen.close();
  vi.advanceTimersByTime(120_000);
  expect(log.take()).toBe('');
});

test.each([
  ['done', false, 0, 'folder runs/s\n'],
  ['failed', false, 1, '\nTry the failed again with gan sweep a.yaml (and the same flags)\n'],
  ['failed', true, 130, '\nGo on with gan sweep a.yaml (and the same flags)\n'],
  ['queued', false, 0, '\nWorkers train it; see how far they are with gan sweep status runs/s\n'],
  ['running', true, 130, '\nGo on with gan sweep a.yaml (and the same flags)\n'],
] as const)(
  'a sweep of %s trials (interrupted: %s) ends with code %i and says how to go on',
  (status, interrupted, code, expected) => {
    const result = { standings: [standing(0, status)], interrupted };
    expect(conclude('runs/s', 'a.yaml', result as never)).toBe(code);
    expect(heard().endsWith(expected)).toBe(true);
  },
);
