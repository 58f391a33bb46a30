import type { Chart } from '../charts/curves.js';
import type { TitledChart } from '../charts/figure.js';
import type { Group, ResultTable } from './table.js';

/** A chart per metric: a curve for each group, the mean of its runs within their range. */
export function chartsOf({ metrics, groups }: ResultTable): readonly TitledChart[] {
  return metrics.flatMap((metric, i) => {
    const chart = chartOf(groups, metric);
    if (chart.x.length < 2) return [];
    const several = groups.some(({ runs }) => runs.length > 1);
    const note = several ? { note: 'Mean over runs; the band is their range.' } : {};
    return [{ id: `curve-${i}`, kind: 'metric', title: metric, ...note, ...chart } as const];
  });
}

function chartOf(groups: readonly Group[], metric: string): Chart {
  const perGroup = groups.map(({ label, runs }) => {
    const byStep = new Map<number, number[]>();
    for (const { evaluations } of runs)
      for (const { step, metrics } of evaluations) {
        const value = metrics[metric];
        if (value !== undefined && Number.isFinite(value))
          byStep.set(step, [...(byStep.get(step) ?? []), value]);
      }
    return { label, byStep };
  });
  const measured = perGroup.filter(({ byStep }) => byStep.size > 0);
  const x = [...new Set(measured.flatMap(({ byStep }) => [...byStep.keys()]))].sort((a, b) => a - b);
  return {
    x,
    series: measured.map(({ label, byStep }) => {
      const at = (of: (values: readonly number[]) => number): (number | null)[] =>
        x.map((step) => {
          const values = byStep.get(step);
          return values ? Number(of(values).toPrecision(5)) : null;
        });
      const several = [...byStep.values()].some((values) => values.length > 1);
      return {
        name: label,
        mean: at((values) => values.reduce((a, b) => a + b, 0) / values.length),
        ...(several
          ? { low: at((values) => Math.min(...values)), high: at((values) => Math.max(...values)) }
          : {}),
        notFinite: 0,
      };
    }),
  };
}
