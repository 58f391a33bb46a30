import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/core/events.js';
import { formatLine } from '../../../src/record/journal-line.js';
import { chartFigure } from '../../../src/reports/charts/figure.js';
import { formatNumber } from '../../../src/core/format-number.js';
import { chartsOf } from '../../../src/reports/run/charts.js';
import { Curves } from '../../../src/reports/charts/curves.js';
import { Digester, digestRun, type RunDigest } from '../../../src/reports/run/digest.js';
import {
  checkpoints,
  heading,
  headline,
  health,
  messages,
  samples,
} from '../../../src/reports/run/sections.js';
import { embedSamples, spread } from '../../../src/reports/run/pictures.js';
import type { Html } from '../../../src/reports/shell/html.js';
import { temporaryFolder } from '../../record/temp.js';

const run = join(temporaryFolder(), 'maps', '2026-id');
mkdirSync(run, { recursive: true });
const words = (page: Html | undefined): string | undefined =>
  page?.text
    .replace(/<[^>]*>|&nbsp;|\s+/g, ' ')
    .replace(/ +/g, ' ')
    .trim();

async function digest(...events: readonly RunEvent[]): Promise<RunDigest> {
  writeFileSync(join(run, 'resolved.yaml'), 'summary: s\n');
  const lines = events.map((event, i) => formatLine(event, 1_000_000 + 1000 * i));
  writeFileSync(join(run, 'events.jsonl'), lines.join(''));
  return digestRun(run);
}
const parent = { run: 'a/b', folder: '/a', step: 4 };
const begin = { step: 0, recipeFolder: '/', versions: {}, machine: {}, parent };
const step = (n: number, losses: Record<string, number> = {}): RunEvent => ({
  ...{ type: 'step', step: n, epoch: n / 4, losses, learningRates: { D: n / 8 } },
  ...{ images: 3, ms: 200, waitMs: 10 * n },
});
const count = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

test.each([
  [0, '0'],
  [1.23456, '1.235'],
  [123456, '123500'],
  [0.001, '0.001'],
  [0.00099999, '1e-3'],
  [999_949, '999900'],
  [1e6, '1e+6'],
  [-1_234_567, '-1.23e+6'],
  [-Infinity, '-Infinity'],
])('%d is shown as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test('curves are thinned to means and extremes of as many steps as it takes, aligned over all names', () => {
  const curves = new Curves();
  for (let n = 3; n <= 12; n++) curves.add(n, { a: n, ...(n > 8 ? { b: -n } : {}) });
  curves.add(12, { a: NaN });
  // Ten steps in four points: three at a time, each at the last of its steps.
  const [a, b] = [
    '[4,7,10,12],"low":[3,6,9,12],"high":[5,8,11,12]',
    '[null,null,-10,-12],"low":[null,null,-11,-12],"high":[null,null,-9,-12]',
  ];
  expect(JSON.stringify(curves.chart(['a', 'b'], 4))).toBe(
    `{"x":[5,8,11,12],"series":[{"name":"a","mean":${a},"notFinite":1},{"name":"b","mean":${b},"notFinite":0}]}`,
  );
  expect(curves.chart(['b'], 4).x).toEqual([9, 10, 11, 12]);
  expect([9, 10].map((most) => curves.chart(['a'], most).x.length)).toEqual([5, 10]);
  expect([curves.first('a'), curves.last('b'), curves.first('c')]).toEqual([3, -12, undefined]);
  expect([curves.range('a'), curves.range('b'), curves.range('c')]).toEqual([[3, 12], [-12, -9], undefined]);
  const other = new Curves();
  other.adopt('theirs', curves, 'b');
  other.adopt('none', curves, 'c');
  expect([other.names, other.points('none').steps]).toEqual([['theirs'], []]);
  expect(other.points('theirs')).toEqual({ steps: [9, 10, 11, 12], values: [-9, -10, -11, -12] });
  for (const n of [500, 1000]) other.add(n, { few: n });
  // Few stand where they were measured.
  expect(other.chart(['few'], 100).x).toEqual([500, 1000]);
  other.add(1, { long: 1.234567 });
  expect(other.chart(['long']).series[0]!.mean).toEqual([1.2346]);
});

test('charts: an update’s losses with totals first, each metric with its range, rates, times; totals that dwarf are hidden', async () => {
  const charts = chartsOf(
    await digest(
      step(1, { 'D/b': 1, 'D/a/real': 2, 'D/a': 1, 'D/total': 10, 'G/total': 5.1, 'G/x': 1, alone: NaN }),
      { type: 'evaluation', step: 1, metrics: { 'val/l1': 2, 'val/n': NaN } },
      { type: 'evaluation', step: 2, metrics: { 'val/l1': 1 } },
    ),
  );
  expect(
    charts.map(
      ({ id, kind, title, note, series }) =>
        `${id} ${kind} ${title}; ${note} ${series.map(({ name }) => name).join()}`,
    ),
  ).toEqual([
    'chart-0 loss D; undefined D/total,D/a,D/a/real,D/b',
    'chart-1 loss G; undefined G/total,G/x',
    'chart-2 loss alone; Not drawn, since NaN or infinite: 1 of alone. alone',
    'chart-3 metric val/l1; between 1 and 2 val/l1',
    'chart-4 metric val/n; Not drawn, since NaN or infinite: 1 of val/n. val/n',
    'chart-5 rate Learning rate; undefined D',
    'chart-6 time Time per step, ms; undefined step,of it waiting for data',
  ]);
  expect(charts[6]!.series.map(({ mean }) => mean)).toEqual([[200], [10]]);
  const pressed = charts.map((chart) =>
    chartFigure(chart)
      .text.match(/pressed="\w/g)!
      .join(' ')
      .replaceAll('pressed="', ''),
  );
  // Ten is five times two, and not more than that.
  expect(pressed.slice(0, 2)).toEqual(['t t t t', 'f t']);
  expect(words(chartFigure(charts[0]!))).toBe('D total a a/real b');
  expect(words(chartFigure(charts[3]!))).toBe('val/l1 value between 1 and 2');
});

test('what a run says of itself: figures, status, who came before; what it says of nothing', async () => {
  const found = await digest(
    { ...begin, type: 'start', steps: 9 },
    // What is done again counts once.
    ...[step(1), step(2), step(3), { type: 'sample', step: 2, file: 'none.png' } as const],
    { type: 'evaluation', step: 2, metrics: { 'val/l1': 2 } },
    { ...begin, type: 'resume', step: 2, parent: { ...parent, run: 'c/d' } },
    ...[step(3), { type: 'evaluation', step: 3, metrics: { 'val/l1': 1.5 } } as const],
    { type: 'health', step: 3, check: 'c', level: 'error', text: 'T', evidence: 'E', remedy: 'R' },
    { type: 'end', step: 3, status: 'failed', reason: 'why' },
  );
  expect(found).toMatchObject({
    ...{ name: 'maps', id: '2026-id', summary: 's', status: 'failed', began: 1_000_000, resumes: 1, step: 3 },
    ...{
      steps: undefined,
      epoch: 0.75,
      images: 9,
      stepMs: 600,
      waitMs: 60,
      duration: 9000,
      samples: [],
      parent,
    },
  });
  const figures = 'steps 3 0.75 epochs time 9s 9 images images per second 15 10 % waiting for data';
  expect(words(headline(found, [['left', '5 s']]))).toBe(
    `${figures} left 5 s val/l1 1.5 2 at the first evaluation`,
  );
  expect(words(heading(found))).toBe(
    'maps s failed 2026-id · started 1970-01-01 00:16 UTC · resumed once why',
  );
  expect(words(heading({ ...found, resumes: 2, began: undefined, reason: undefined }))).toBe(
    'maps s failed 2026-id · resumed 2 times',
  );
  expect(words(health(found))).toBe('Health T step 3 · c E R');
  const digester = await Digester.open(run);
  for (const n of [4, 3]) digester.take({ ...step(n), time: 0 });
  digester.warn('damaged');
  const warning = { type: 'message', step: 4, level: 'warning', text: 'damaged', time: 0 };
  expect(digester.digest().messages).toEqual([warning]);
  expect(words(headline(await digest()))).toBe('steps 0 0 epochs time 0ms 0 images');
});

test('of many messages the newest 200, of checkpoints those that are there, of samples an even choice', async () => {
  const messagesOf = async (n: number) =>
    words(
      messages(
        await digest(
          ...count(n, (i): RunEvent => ({ type: 'message', step: i, level: 'info', text: `m${i}` })),
        ),
      ),
    );
  expect(await messagesOf(203)).toMatch(
    /^Messages step time message 3 1970-01-01 00:16 UTC m3 .* m202 3 older ones/,
  );
  expect(await messagesOf(200)).toMatch(/ message 0 .* m199$/);
  mkdirSync(join(run, 'checkpoints/step-2000'), { recursive: true });
  const saved = (n: number): RunEvent => ({ type: 'checkpoint', step: n, folder: `checkpoints/step-${n}` });
  expect(words(checkpoints(await digest(saved(1000), saved(1500), saved(2000))))).toBe(
    'Checkpoints step time folder 2,000 1970-01-01 00:16 UTC checkpoints/step-2000 2 earlier ones made room for these.',
  );
  const picture = sharp({ create: { width: 2000, height: 100, channels: 3, background: '#fff' } });
  await picture.png().toFile(join(run, 'a.png'));
  writeFileSync(join(run, 'b.png'), 'damaged');
  const events = ['a', 'b', 'a'].map((file, i) => ({
    type: 'sample' as const,
    step: 1500 * i,
    file: `${file}.png`,
  }));
  const pictures = await embedSamples(run, events);
  expect(pictures).toMatchObject([0, 3000].map((n) => ({ step: n, file: 'a.png', width: 1600, height: 80 })));
  const shown = samples(await digest(...events), pictures)!;
  expect(words(shown)).toMatch(/^Samples step 3,000 0 3,000 2 of 3 pictures\. /);
  expect(shown.text).toMatch(/max="1"\s+value="1"/);
  expect([spread([0, 1, 2, 3, 4, 5, 6], 4), spread([0, 1, 2, 3], 4)].join(' ')).toBe('0,2,4,6 0,1,2,3');
});
