import type { TitledChart } from '../charts/figure.js';
import { formatNumber } from '../../core/format-number.js';
import type { RunDigest } from './digest.js';

/** One chart per update's losses, per metric, for the learning rates, and for the time of a step. */
export function chartsOf(run: RunDigest): TitledChart[] {
  const { losses, metrics, learningRates, times } = run;
  const drawn: Omit<TitledChart, 'id'>[] = [
    ...updatesOf(losses.names).map(
      ([update, names]) => ({ kind: 'loss', title: update, ...losses.chart(names) }) as const,
    ),
    ...metrics.names.map(
      (name) =>
        ({ kind: 'metric', title: name, note: rangeNote(run, name), ...metrics.chart([name]) }) as const,
    ),
  ];
  if (learningRates.names.length > 0) {
    drawn.push({ kind: 'rate', title: 'Learning rate', ...learningRates.chart(learningRates.names) });
  }
  if (times.names.length > 0) {
    drawn.push({ kind: 'time', title: 'Time per step, ms', ...times.chart(times.names) });
  }
  return drawn.map((chart, i) => ({ id: `chart-${i}`, ...chart, ...notFiniteNote(chart) }));
}

/** Losses by their update, the totals first, sums before their parts: `D/adversarial` belongs to `D`. */
function updatesOf(names: readonly string[]): [string, string[]][] {
  const updates = new Map<string, string[]>();
  for (const name of names) {
    const [update = name] = name.split('/');
    updates.set(update, [...(updates.get(update) ?? []), name]);
  }
  const rank = (name: string): number => (name.endsWith('/total') ? 0 : 1);
  return [...updates].map(([update, of]) => [
    update,
    of.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1)),
  ]);
}

function rangeNote({ metrics }: RunDigest, name: string): string {
  const range = metrics.range(name);
  return range ? `between ${formatNumber(range[0])} and ${formatNumber(range[1])}` : '';
}

function notFiniteNote({ series, note }: Omit<TitledChart, 'id'>): { readonly note?: string } {
  const broken = series.filter(({ notFinite }) => notFinite > 0);
  if (broken.length === 0) return note === undefined ? {} : { note };
  const which = broken.map(({ name, notFinite }) => `${notFinite} of ${name}`).join(', ');
  return { note: `Not drawn, since NaN or infinite: ${which}.` };
}
