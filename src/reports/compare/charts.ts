import type { TitledChart } from '../charts/figure.js';
import { Curves } from '../charts/curves.js';
import type { Comparison } from './compare.js';

const KINDS = [
  ['metric', 'metrics'],
  ['loss', 'losses'],
] as const;

/** A chart for every metric and loss that is measured anywhere, with a curve for each run. */
export function overlaid({ runs }: Pick<Comparison, 'runs'>): TitledChart[] {
  const charts = KINDS.flatMap(([kind, key]) => {
    const names = [...new Set(runs.flatMap(({ run }) => run[key].names))];
    return names.map((title) => {
      const curves = new Curves();
      for (const { label, run } of runs) curves.adopt(label, run[key], title);
      return { kind, title, ...curves.chart(curves.names) };
    });
  });
  return charts.map((chart, i) => ({ id: `chart-${i}`, ...chart }));
}
