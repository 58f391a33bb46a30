import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { changesBetween, pictureAt, stepsOf } from '../../../src/reports/browser/changes.js';
import type { Snapshot } from '../../../src/reports/browser/data.js';
import {
  fade,
  fitsLogarithm,
  formatStep,
  layOut,
  legendValues,
  smooth,
} from '../../../src/reports/browser/layout.js';

interface Script {
  readonly entry: URL;
  readonly constant: string;
}

const { SCRIPTS, bundled, generatedOf } = (await import(
  new URL('../../../scripts/bundle-browser.mjs', import.meta.url).href
)) as {
  readonly SCRIPTS: readonly Script[];
  readonly bundled: (script: Script) => Promise<string>;
  readonly generatedOf: (script: Script) => URL;
};

test.each(SCRIPTS.map((script) => [script.constant, script] as const))(
  '%s is the committed form of its source',
  async (_, script) => {
    expect(await readFile(generatedOf(script), 'utf8')).toBe(await bundled(script));
  },
);

const series = (name: string, mean: readonly (number | null)[], more = {}) => ({
  ...{ name, mean, notFinite: 0 },
  ...more,
});
const band = series('a', [2, null, 4], { low: [1, null, 3], high: [3, null, 5] });
const chart = { x: [10, 20, 30], series: [band, series('D/total', [1, 2, null])] };
const look = { colours: ['#112233', '#445566'], hidden: [false, true], smoothing: 0 };

test('a curve that stands for several values has two fine lines and a band below its main line', () => {
  const { columns, series: lines, bands, mainColumns } = layOut(chart, look);
  expect(columns).toEqual([chart.x, [3, null, 5], [1, null, 3], [2, null, 4], [1, 2, null]]);
  expect(mainColumns).toEqual([3, 4]);
  expect(bands).toEqual([{ series: [1, 2], fill: '#11223324' }]);
  const fine = { stroke: '#11223347', width: 1, show: true, points: { show: false } };
  expect(lines).toMatchObject([
    {},
    ...[fine, fine],
    { stroke: '#112233', width: 1.6, show: true, points: { show: true } },
    { stroke: '#445566', width: 2.4, show: false, points: { show: true } },
  ]);
  const long = { x: Array.from({ length: 60 }, (_, i) => i), series: [series('b', [])] };
  expect(layOut(long, look).series[1]!.points!.show).toBe(false);
});

test('a smoothed curve is drawn over its values', () => {
  const { columns, mainColumns } = layOut(chart, { ...look, smoothing: 0.5 });
  expect(mainColumns).toEqual([3, 6]);
  expect(columns.slice(4)).toEqual([[1, 2, null], [1, 2, null], smooth([1, 2, null], 0.5)]);
});

test('a moving average starts at the first value, and skips gaps', () => {
  // Weights 1/2 and 1/4 of the newest two, divided by their sum.
  expect(smooth([1, null, 4], 0.5)).toEqual([1, null, 3]);
  const constant = smooth([0.1, 0.1, 0.1], 0.9);
  for (const value of constant) expect(value).toBeCloseTo(0.1, 12);
});

test('a logarithmic axis is for values above zero, their range included', () => {
  expect(fitsLogarithm(chart)).toBe(true);
  expect(fitsLogarithm({ x: [1], series: [series('a', [0])] })).toBe(false);
  expect(fitsLogarithm({ x: [1], series: [series('a', [1], { low: [-1], high: [2] })] })).toBe(false);
});

test('the legend shows the values below the cursor, else the last ones', () => {
  const layout = layOut(chart, look);
  expect(legendValues(layout, undefined)).toEqual([4, 2]);
  expect(legendValues(layout, 0)).toEqual([2, 1]);
  expect(legendValues(layout, 2)).toEqual([4, undefined]);
});

test('steps and colours as text', () => {
  expect([500, 9999, 10_000, 12_540, 1_250_000].map(formatStep).join(' ')).toBe('500 9999 10k 12.5k 1.25M');
  expect([0, 0.01, 1].map((alpha) => fade('#123456', alpha))).toEqual([
    '#12345600',
    '#12345603',
    '#123456ff',
  ]);
});

test('of a newer snapshot only what changed is written, figures only where charts or curves did', () => {
  const first: Snapshot = {
    ...{ title: 't', parts: { heading: 'h1', health: '' }, figures: { losses: 'l1', metrics: 'm1' } },
    ...{ shape: 'A', charts: [] },
  };
  expect(changesBetween(undefined, first)).toEqual(
    Object.entries({ heading: 'h1', health: '', losses: 'l1', metrics: 'm1' }),
  );
  const second = {
    ...first,
    parts: { heading: 'h2', health: '' },
    figures: { losses: 'l2', metrics: 'm1' },
  };
  expect(changesBetween(first, second)).toEqual([['heading', 'h2']]);
  expect(changesBetween(first, { ...second, shape: 'B' })).toEqual([
    ['heading', 'h2'],
    ['losses', 'l2'],
  ]);
});

test('runs side by side show the picture of a step, or the newest before it', () => {
  const pictures = [10, 30].map((step) => ({ step, uri: `${step}` }));
  expect(stepsOf([pictures, [{ step: 20, uri: '' }], [{ step: 10, uri: '' }]])).toEqual([10, 20, 30]);
  expect([5, 10, 29, 99].map((step) => pictureAt(pictures, step)?.uri)).toEqual([
    undefined,
    '10',
    '10',
    '30',
  ]);
});
