import { stripVTControlCharacters } from 'node:util';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { diskText, durationText } from '../../src/cli/cost.js';
import { printError } from '../../src/cli/errors.js';
import { formatExplained } from '../../src/cli/explain.js';
import { formatHealth } from '../../src/cli/health.js';
import { onInterrupt } from '../../src/cli/interrupt.js';
import * as look from '../../src/cli/look/format.js';
import { drawCurve } from '../../src/cli/look/show.js';
import { Progress } from '../../src/cli/progress.js';
import { describeSweep, listRuns } from '../../src/cli/sweep/describe.js';
import { describeRung, describeSearch } from '../../src/cli/sweep/rungs.js';
import { SweepScreen } from '../../src/cli/sweep/screen.js';
import { countStates, formatStandings } from '../../src/cli/sweep/table.js';
import { conclude as concludeSweep } from '../../src/cli/sweep/watch.js';
import { announce, conclude, describe as describeRun } from '../../src/cli/watch-run.js';
import { UserError } from '../../src/core/errors.js';
import type { StepEvent } from '../../src/core/events.js';
import { Curves } from '../../src/record/report/curves.js';
import type { RunOutlook, RunResult } from '../../src/run.js';
import type { PreparedSweep } from '../../src/sweep/prepare.js';
import type { RunState, Standing } from '../../src/sweep/state.js';
import { planOf, TINY_RECIPE } from '../support/plan.js';

/** What is written to a terminal, or, without rows, to a file. */
class Screen extends Writable {
  text = '';
  readonly columns = 100;
  readonly isTTY: boolean;
  constructor(readonly rows?: number) {
    super({ decodeStrings: false });
    this.isTTY = rows !== undefined;
  }
  clearLine = (): void => undefined;
  cursorTo = (): void => undefined;
  override _write(chunk: string | Buffer, _: BufferEncoding, done: () => void): void {
    this.text += stripVTControlCharacters(String(chunk));
    done();
  }
  get stream(): NodeJS.WriteStream {
    return this as unknown as NodeJS.WriteStream;
  }
  /** What was said since the last look. */
  take(): string {
    const { text } = this;
    this.text = '';
    return text;
  }
}

let said: string[];
beforeEach(() => {
  said = [];
  for (const name of ['log', 'error'] as const)
    vi.spyOn(console, name).mockImplementation(
      (text: unknown) => void said.push(stripVTControlCharacters(String(text))),
    );
  vi.useFakeTimers({ now: new Date('2026-03-01T12:00:00') });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('how far a run is', () => {
  const step = (n: number, ms: number, losses: Record<string, number>): StepEvent => ({
    type: 'step',
    step: n,
    epoch: 0,
    losses,
    learningRates: {},
    images: 4,
    ms,
    waitMs: 0,
  });

  test('is a line each ten seconds, and at the end: median rate, time left, mean losses', () => {
    const screen = new Screen();
    const progress = new Progress(100, 0, screen.stream);
    const after = (ms: number, ...event: Parameters<typeof step>): string => {
      vi.setSystemTime(Date.now() + ms);
      progress.step(step(...event));
      return screen.take();
    };
    expect(after(5000, 1, 9000, { 'D/a': 1, 'D/total': 7 })).toBe('');
    expect(after(4999, 2, 100, { 'D/a': 2 })).toBe('');
    expect(after(1, 3, 200, { 'D/a': 6, 'D/a/real': 3, 'D/total': 9, 'G/p': 0.5 })).toBe(
      'step 3/100 | 20.0 images/s | 19s left | D/a 3.00 | G/p 0.500\n',
    );
    expect(after(9999, 4, 200, {})).toBe('');
    for (let i = 5; i <= 30; i++) after(0, i, 10, { 'D/a': i });
    expect(after(1, 31, 10, { 'D/a': 31 })).toBe('step 31/100 | 400 images/s | 690ms left | D/a 21.5\n');
    expect(after(0, 100, 10, { 'D/a': 21.5 })).toMatch(/^step 100\/100 \| 400 images\/s \| D\/a /);
    progress.note('so');
    expect(screen.take()).toBe('so\n');
  });

  test('is a bar on a terminal, above which things are said', () => {
    const screen = new Screen(20);
    const progress = new Progress(100, 40, screen.stream);
    expect(screen.take()).toMatch(/ 40\/100 steps \| the first step compiles/);
    progress.step(step(50, 10, {}));
    vi.advanceTimersByTime(400);
    expect(screen.take()).toContain(' 50/100 steps | 400 images/s | 500ms left');
    progress.busy('evaluating');
    progress.note('so');
    expect(screen.take()).toMatch(/so\n.*50\/100 steps \| evaluating/);
    progress.stop();
  });
});

const sweep = {
  name: 's',
  axes: [
    { name: 'v', levels: ['a', 'b'] },
    { name: 'seed', levels: ['1', '2'] },
  ],
  report: { metrics: ['val/m', 'val/n'] },
};
const standing = (index: number, state: Partial<RunState>, cells = 1): Standing => ({
  run: {
    index,
    id: `r${index}`,
    hash: '',
    cells: Array.from({ length: cells }, (_, i) => ({ v: 'ab'[index % 2]!, seed: String(i + 1) })),
  },
  state: { status: 'queued', path: '/', ...state },
});
const lines = (text: string): string[] =>
  stripVTControlCharacters(text)
    .split('\n')
    .map((line) => line.trim().replace(/ +/g, ' '));

describe('a table of trials', () => {
  test('has a line for each: cell, state, steps, rate, metrics or what failed', () => {
    const live = new Map([
      ['r0', { steps: 90, ms: 40 }],
      ['r1', { steps: 90, ms: 40 }],
      ['r4', { steps: 7 }],
    ]);
    const all = [
      standing(0, { status: 'running', step: 5, metrics: { 'val/m': 1.23456 } }),
      standing(1, { status: 'done', step: 90, metrics: { 'val/m': NaN, 'val/n': 2 } }, 3),
      standing(2, { status: 'failed', step: 4, reason: `${'x'.repeat(71)}\nmore` }),
      standing(3, { status: 'failed', reason: 'y'.repeat(70) }),
      standing(4, {}),
    ];
    expect(lines(formatStandings(sweep, all, live))).toEqual([
      'v seed state steps val/m val/n',
      '0 a 1 running 5/90 25.0/s 1.235',
      '1 b (+2) 1 done 90/90 NaN 2.000',
      `2 a 1 failed 4 ${'x'.repeat(69)}…`,
      `3 b 1 failed ${'y'.repeat(70)}`,
      '4 a 1 queued 0/7',
    ]);
    expect(stripVTControlCharacters(countStates(all))).toBe('1 done, 1 running, 1 queued, 2 failed');
  });

  test('goes with what a search does, and what its rungs decide', () => {
    const party = (v: string, score?: number) => ({ cell: { v, w: '1' }, runs: [], score });
    const parties = [party('a', 1.23456), party('b', 2), party('c')];
    const rung = (kept?: number) =>
      stripVTControlCharacters(describeRung({ after: '5 steps', parties, kept }));
    expect([rung(), rung(0), rung(1), rung(2)]).toEqual([
      'rung 5 steps: 2 of 3 have come',
      'rung 5 steps: 0 of 3 go on',
      'rung 5 steps: 1 of 3 goes on: v=a, w=1 (1.235)',
      'rung 5 steps: 2 of 3 go on: v=a, w=1 (1.235); v=b, w=1 (2.000)',
    ]);
    expect(describeSearch({})).toBeUndefined();
    expect(describeSearch({ search: { type: 'grid', seed: 1 } })).toBeUndefined();
    const budget = { budget: 5, seed: 2 };
    expect(describeSearch({ search: { type: 'random', ...budget } })).toBe(
      '5 combinations drawn with seed 2',
    );
    const halving = { type: 'halving' as const, metric: 'val/m', rungs: ['5 steps', '9 steps'], keep: 1 / 3 };
    const text = 'after 5 steps, 9 steps the best 33.3 % by val/m go on; one that is left trains to its end';
    expect(describeSearch({ search: { ...halving, seed: 1 } })).toBe(`halving: ${text}`);
    expect(describeSearch({ search: { ...halving, ...budget } })).toBe(
      `halving: 5 combinations drawn with seed 2; ${text}`,
    );
  });
});

describe('the screen of a sweep', () => {
  const prepared = (standings: readonly Standing[], more: object = {}) =>
    ({
      standings,
      expanded: {
        sweep: { ...sweep, runs: standings.map(({ run }) => run) },
        ablation: { trials: [1, 2, 3, 4] },
      },
      outlook: {
        steps: Object.fromEntries(standings.map(({ run }) => [run.id, 1000])),
        seconds: 3700,
        diskBytes: 5e6,
        freeBytes: 4e6,
        memoryBytes: 2e9,
        ...more,
      },
      share: { jobs: 2, threads: 1 },
      request: { retries: 2 },
      folder: process.cwd(),
    }) as unknown as PreparedSweep;
  const three = [0, 1, 2].map((i) => standing(i, {}));
  const [a, b, c] = three.map(({ run }) => run);

  test('before it begins says what it is and takes, and warns', () => {
    const text = lines(describeSweep(prepared(three)));
    expect(text).toEqual([
      'sweep s',
      'v a, b',
      'seed 1, 2',
      'trials 4, 1 of them the same as another: 3 runs: 3 queued',
      'at once 2 trials with 1 thread each, up to 2 GB of memory with decoded images; one that crashes is taken up again 2 times',
      'time about 1h 1m (a first guess)',
      'disk up to 5 MB for checkpoints, 4 MB free',
      'folder .',
      'warning The disk may not have room for that.',
    ]);
    const other = {
      ...prepared(three.slice(1), {
        seconds: undefined,
        diskBytes: 4e6,
        dataProblem: new UserError('no data'),
      }),
      share: { jobs: 1, threads: 2, cacheBytes: 0 },
      request: { retries: 1 },
    } as PreparedSweep;
    expect(lines(describeSweep({ ...other, expanded: prepared(three).expanded })).slice(3)).toEqual([
      'trials 4, 1 of them the same as another: 3 runs; 2 chosen: 2 queued',
      'at once 1 trial with 2 threads, up to 2 GB of memory with decoded images; one that crashes is taken up again once',
      'time not known before the data is there',
      'disk up to 4 MB for checkpoints, 4 MB free',
      'folder .',
      'warning no data',
    ]);
    expect(lines(listRuns(prepared(three)))[1]).toBe('0 a 1 queued 0/1000');
  });

  test('in a log has a line for what happens, and each minute how long it will take', () => {
    const log = new Screen();
    const screen = new SweepScreen(prepared(three), log.stream);
    screen.begun(a!);
    expect(log.take()).toBe('0 v=a, seed=1 runs\n');
    vi.advanceTimersByTime(60_000);
    expect(log.take()).toBe('1 running, 2 queued after 1m\n');
    screen.heard(a!, { type: 'outlook', from: 0, steps: 1000 });
    screen.heard(a!, { type: 'step', step: 100, ms: 50 });
    screen.heard(b!, { type: 'outlook', from: 0, steps: 1000 });
    screen.heard(b!, { type: 'step', step: 49, ms: 200 });
    vi.advanceTimersByTime(60_000);
    // Of a 900 steps of 50 ms; of b 951, too early to be its own, and of c 1000 of the usual 200 ms; two at once.
    expect(log.take()).toBe('1 running, 2 queued after 2m, about 3m 37s left\n');
    screen.heard(c!, { type: 'warning', text: 'careful' });
    screen.ended(a!, { status: 'crashed', reason: 'killed' }, true);
    screen.ended(b!, { status: 'failed', reason: 'NaN' }, false);
    screen.ended(c!, { status: 'paused' }, false);
    screen.ended(a!, { status: 'finished' }, false);
    const rung = {
      after: '5 steps',
      kept: 1,
      parties: [
        { cell: {}, runs: ['r0'], score: 1 },
        { cell: {}, runs: ['r1', 'r2'], score: 2 },
      ],
    };
    screen.decided(rung);
    expect(log.take().split('\n')).toEqual([
      'warning 2 v=a, seed=1: careful',
      'again 0 v=a, seed=1: killed',
      'failed 1 v=b, seed=1: NaN',
      '2 v=a, seed=1 paused',
      '0 v=a, seed=1 done',
      'rung 5 steps: 1 of 2 goes on:  (1.000)',
      '',
    ]);
    vi.advanceTimersByTime(60_000);
    expect(log.take()).toBe('1 done, 1 dropped, 1 failed after 3m, about 0ms left\n');
    screen.close();
    vi.advanceTimersByTime(120_000);
    expect(log.take()).toBe('');
  });

  test('on a terminal shows those at work, then what failed, where there is no room for all', () => {
    const terminal = new Screen(8);
    const states = ['done', 'queued', 'running', 'paused', 'failed'] as const;
    const screen = new SweepScreen(
      prepared(states.map((status, i) => standing(i, { status }))),
      terminal.stream,
    );
    const run = standing(2, {}).run;
    screen.heard(run, { type: 'metrics', step: 7, metrics: { 'val/m': 3 } });
    vi.advanceTimersByTime(500);
    expect(lines(terminal.take()).filter((line) => /^\d/.test(line))).toEqual([
      '2 a 1 running 7/1000 3.000',
      '3 b 1 paused 0/1000',
      '4 a 1 failed 0/1000',
      expect.stringMatching(/^1 done, 1 running/),
    ]);
    screen.begun(run);
    screen.ended(run, { status: 'stopped' }, false);
    screen.close();
    expect(terminal.take()).toContain('stopped');
  });

  test('after it has ended says how to go on, by its exit code', () => {
    const after = (status: RunState['status'], interrupted = false) => [
      concludeSweep('runs/s', 'a.yaml', { standings: [standing(0, { status })], interrupted } as never),
      lines(said.splice(0).join('\n')).at(-1),
    ];
    expect(after('done')).toEqual([0, 'folder runs/s']);
    expect(after('failed')).toEqual([1, 'Try the failed again with gan sweep a.yaml (and the same flags)']);
    expect(after('failed', true)).toEqual([130, 'Go on with gan sweep a.yaml (and the same flags)']);
    for (const status of ['queued', 'running'] as const)
      expect(after(status)).toEqual([
        0,
        'Workers train it; see how far they are with gan sweep status runs/s',
      ]);
    expect(after('queued', true)[0]).toBe(130);
  });
});

describe('a run', () => {
  const plan = planOf(TINY_RECIPE);
  test('is told before it begins, and concluded by where everything is', async () => {
    const outlook = {
      plan: await plan,
      data: {
        sources: {
          pairs: {
            type: 'images',
            folder: `${process.cwd()}/d`,
            counts: { train: 8, val: 1 },
            classes: { y: ['a', 'b'] },
          },
        },
        cache: { budget: 2e9 },
      },
      engine: { name: 'cpu', version: '4', device: 'here', threads: 1 },
      ...{
        folder: `${process.cwd()}/runs/x`,
        from: 2,
        steps: 6,
        epochs: 1.2345,
        duration: { seconds: 8 },
        checkpoints: 1,
      },
    } as unknown as RunOutlook;
    expect(lines(describeRun(outlook))).toEqual([
      'recipe tiny',
      'data pairs: 8 train, 1 val, 2 classes of y (images in d)',
      expect.stringMatching(
        /^networks D patchgan, 0\.0\d M parameters, patch 16; G encoder-decoder, 0\.0\d M parameters$/,
      ),
      'engine cpu 4 on here, 1 thread',
      expect.stringMatching(
        /^training 4 steps of 2 images, from step 2 \(1\.23 epochs in all\), 0\.0 GFLOP each$/,
      ),
      expect.stringMatching(/^memory about .* at its peak, and up to 2 GB of decoded images$/),
      expect.stringMatching(/^disk a checkpoint of /),
      'time about 8s (until 12:00), 2s a step, a first guess from a single convolution',
      'folder runs/x',
    ]);
    expect(lines(describeRun({ ...outlook, from: 6 }))[4]).toBe(
      'training none: all 6 steps are done; --steps or --epochs makes the run longer',
    );
    const result = {
      status: 'finished',
      step: 6,
      metrics: { 'val/l1': 1.23456 },
      folder: `${process.cwd()}/runs/x`,
      report: `${process.cwd()}/runs/x/report.html`,
    } as unknown as RunResult;
    conclude(result, 61_000, await plan);
    expect(said.join('\n')).toMatch(
      /^\nfinished after 6 steps in 1m 1s\n[^]*val\/l1[^]* 1\.235 [^]*\nreport {6}runs\/x\/report.html\n\nUse it with {2}gan predict runs\/x IMAGES/,
    );
    said = [];
    conclude({ ...result, status: 'killed', metrics: {} }, 1, await plan);
    expect(said.at(-1)).toBe('\nGo on with  gan run --resume runs/x');
    said = [];
    const events = [
      { type: 'message', level: 'info', text: 'hi' },
      { type: 'message', level: 'warning', text: 'no' },
      { type: 'evaluation', metrics: { a: 1.23456, b: 2 } },
    ].map((event) => ({ step: 3, ...event }));
    for (const event of events) announce(event as never, (text) => said.push(stripVTControlCharacters(text)));
    expect(said).toEqual(['hi', 'step 3  a 1.235  b 2.000']);
  });

  test.each([
    [{ seconds: 90 }, 45, 'about 1m 30s (until 12:01), 2s a step, a first guess from a single convolution'],
    [{ seconds: 0, known: { time: -59_999 } }, 0, 'about 0ms (until 12:00), as just measured'],
    [
      { seconds: 12 * 3600, known: { time: -60_000 } },
      0,
      'about 12h (until Mon 2 Mar 00:00), as measured 1m ago',
    ],
  ])('of %j takes with %i steps: %s', (duration, steps, expected) => {
    const known = 'known' in duration ? { known: { time: Date.now() + duration.known!.time } } : {};
    expect(
      durationText({ ...duration, ...known }, steps)
        .replace(',', '')
        .replace(/,/g, ''),
    ).toBe(expected.replace(/,/g, ''));
    const cost = { checkpointBytes: 2e6 } as Awaited<typeof plan>['cost'];
    expect([diskText({ cost }, 1), diskText({ cost }, 3)]).toEqual([
      'a checkpoint of 2 MB',
      '3 checkpoints of 2 MB: 6 MB',
    ]);
  });

  test('is looked at in few words', () => {
    expect([0, 999, 61_500, 3_700_000].map(look.formatTime)).toEqual(['0ms', '999ms', '1m 1s', '1h 1m']);
    expect([look.formatSteps(3, 9), look.formatSteps(9, 9), look.formatSteps(3, undefined)]).toEqual([
      '3/9',
      '9',
      '3',
    ]);
    expect([look.formatValue(undefined), look.formatValue(1.23456)]).toEqual(['', '1.235']);
    const changes = {
      'a.b.c': { before: '1', after: '2' },
      'x.b.c': { before: '1', after: '2' },
      d: { after: '3' },
      e: { before: '4' },
    };
    expect(look.formatChanges(changes, 2)).toBe('b.c 1 -> 2, d new: 3, 1 more');
    expect(look.formatChanges(changes, 3)).toBe('b.c 1 -> 2, d new: 3, e 4 -> none');
    expect(look.wrapped('aaaa '.repeat(8).trim(), 34, 4, 1)).toBe(
      ` ${'aaaa '.repeat(6).trim()}\n    aaaa aaaa`,
    );
    expect(stripVTControlCharacters(look.formatStacked(['r', 'done', '3', 'm 1', '', '2s', ''], 80))).toBe(
      'r\n  done  3 steps  m 1  2s',
    );
    const finding = {
      type: 'health',
      step: 7,
      check: 'c',
      text: 't',
      evidence: 'e '.repeat(21).trim(),
      remedy: 'r',
    } as const;
    expect(stripVTControlCharacters(formatHealth({ ...finding, level: 'error' }, 42))).toBe(
      `error step 7, c: t\n  ${'e '.repeat(20).trim()}\n  e\n  r`,
    );
    expect(stripVTControlCharacters(formatHealth({ ...finding, level: 'warning' }, 0))).toMatch(
      /^health step 7/,
    );
    const explained = [
      { text: 'a: 1', comment: 'x' },
      { text: 'abcdef: 2' },
      { text: 'ab: 12', comment: 'y' },
      { text: '# z' },
    ];
    expect(stripVTControlCharacters(formatExplained(explained))).toBe(
      'a: 1    # x\nabcdef: 2\nab: 12  # y\n# z',
    );
    const curves = new Curves();
    [
      [1, 10],
      [20_000, 30],
    ].forEach(([step, value]) => curves.add(step!, { m: value!, n: NaN }));
    expect(drawCurve(curves, 'n', 40)).toBeUndefined();
    expect(stripVTControlCharacters(drawCurve(curves, 'm', 40)!)).toMatch(/m\n[^]*30┤[^]*20┤[^]*10┤[^]*20k$/);
  });
});

test('a mistake is shown with its remedy and its code, a bug with its stack; Ctrl-C is heard once', () => {
  const place = { file: 'a.yaml', line: 1, column: 2 };
  const diagnostics = [{ severity: 'error', code: 'c', message: 'm', place } as const];
  expect(printError(new UserError('wrong', { remedy: 'mend', exitCode: 2, diagnostics }))).toBe(2);
  expect(said.splice(0)).toEqual(['a.yaml:1:2 error c  m\n', 'error wrong', '  mend']);
  expect(printError(new UserError('failed'))).toBe(1);
  expect(said.splice(0)).toEqual(['error failed']);
  expect(printError(new Error('bug'))).toBe(1);
  expect(said.splice(0)).toEqual([
    expect.stringMatching(/Error: bug\n +at /),
    expect.stringContaining('bug of gan'),
  ]);
  const on = vi.spyOn(process, 'on').mockReturnThis();
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => {
    throw new Error('exit');
  });
  const first = vi.fn();
  const { signal } = onInterrupt(first);
  const [[name, handle], [other, same]] = on.mock.calls as unknown as [
    [string, () => void],
    [string, () => void],
  ];
  expect([name, other, handle === same]).toEqual(['SIGINT', 'SIGTERM', true]);
  handle();
  expect([signal.aborted, first.mock.calls.length, exit.mock.calls.length]).toEqual([true, 1, 0]);
  expect(handle).toThrow('exit');
  expect([first.mock.calls.length, exit.mock.calls]).toEqual([1, [[130]]]);
});
