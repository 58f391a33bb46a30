import type uPlot from 'uplot';
import type { Chart } from '../charts/curves.js';

/** How a chart is to be drawn. */
export interface Look {
  /** Of each series, `#rrggbb`. */
  readonly colours: readonly string[];
  /** Whether each series is hidden. */
  readonly hidden: readonly boolean[];
  /** Weight of the past in the moving average, 0 (none) to 0.99. */
  readonly smoothing: number;
}

/** A chart as uPlot takes it: one column of values for the steps and for each line. */
export interface Layout {
  readonly columns: (number | null)[][];
  readonly series: uPlot.Series[];
  readonly bands: uPlot.Band[];
  /** For each series of the chart the column of its main line. */
  readonly mainColumns: readonly number[];
}

/** Curves of fewer steps than this show each step as a point. */
const MAX_POINTS_SHOWN = 60;

/** A main line for each series and, where it stands for several values or is smoothed, two fine ones with a band between. */
export function layOut({ x, series: curves }: Chart, { colours, hidden, smoothing }: Look): Layout {
  const columns: (number | null)[][] = [[...x]];
  const series: uPlot.Series[] = [{}];
  const bands: uPlot.Band[] = [];
  const mainColumns = curves.map(({ name, mean, low = mean, high = mean }, i) => {
    const colour = colours[i]!;
    const show = !hidden[i];
    if (smoothing > 0 || low !== mean) {
      const fine = { stroke: fade(colour, 0.28), width: 1, points: { show: false }, spanGaps: true, show };
      const upper = columns.push([...high], [...low]) - 2;
      series.push(fine, fine);
      bands.push({ series: [upper, upper + 1], fill: fade(colour, 0.14) });
    }
    series.push({
      stroke: colour,
      width: name.endsWith('total') ? 2.4 : 1.6,
      spanGaps: true,
      show,
      points: { show: x.length < MAX_POINTS_SHOWN, size: 5, fill: colour },
    });
    return columns.push(smoothing > 0 ? smooth(mean, smoothing) : [...mean]) - 1;
  });
  return { columns, series, bands, mainColumns };
}

/** Exponential moving average, corrected for the zero that it starts from (as Adam's moments are). */
export function smooth(values: readonly (number | null)[], weight: number): (number | null)[] {
  let sum = 0;
  let mass = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = sum * weight + value * (1 - weight);
    mass = mass * weight + 1 - weight;
    return sum / mass;
  });
}

/** A colour with an alpha between 0 and 1, as `#rrggbbaa`. */
export const fade = (colour: string, alpha: number): string =>
  colour +
  Math.round(alpha * 255)
    .toString(16)
    .padStart(2, '0');

/** A logarithmic axis has no place for zero and below. */
export const fitsLogarithm = ({ series }: Chart): boolean =>
  series.every(({ mean, low = [] }) => [...mean, ...low].every((value) => value === null || value > 0));

/** What the legend says: the values at an index of the steps, or without one the last of each. */
export function legendValues(
  { columns, mainColumns }: Pick<Layout, 'columns' | 'mainColumns'>,
  index: number | undefined,
): (number | undefined)[] {
  return mainColumns.map((column) => {
    const values = columns[column]!;
    const value = index === undefined ? values.findLast((each) => each !== null) : values[index];
    return value ?? undefined;
  });
}

/** Steps on an axis: `500`, `12.5k`, `1.25M`. */
export function formatStep(step: number): string {
  if (step >= 1e6) return `${Number((step / 1e6).toFixed(2))}M`;
  return step >= 1e4 ? `${Number((step / 1e3).toFixed(1))}k` : String(step);
}
