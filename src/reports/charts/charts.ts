import type { Chart, Series } from './curves.js';
import type { RunDigest } from '../run/digest.js';
import { html, type Html } from '../shell/html.js';

export interface TitledChart extends Chart {
  /** Of its element in the page. */
  readonly id: string;
  readonly kind: 'loss' | 'metric' | 'rate' | 'time';
  readonly title: string;
  readonly note?: string;
}

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

export function chartFigure({ id, kind, title, note, series }: TitledChart): Html {
  const chips = series.map((one, i) => {
    const hidden = dwarfs(one, series);
    return html`<button
      class="series ${hidden ? 'off' : ''}"
      style="--c: var(--s${(i % 8) + 1})"
      aria-pressed="${hidden ? 'false' : 'true'}"
    >
      ${shortName(one.name, title)} <span class="number"></span>
    </button>`;
  });
  return html`<figure class="chart" id="${id}" data-kind="${kind}">
    <figcaption>
      <strong>${title}</strong><span class="at"></span>
      <div class="legend">${chips}</div>
    </figcaption>
    <div class="plot"></div>
    <p class="note">${note ?? ''}</p>
  </figure>`;
}

/** Whether a total is so large by its weights that the losses it sums would lie flat on the axis beside it. */
function dwarfs(one: Series, all: readonly Series[]): boolean {
  const top = ({ high, mean }: Series): number => Math.max(0, ...(high ?? mean).map((value) => value ?? 0));
  const others = all.filter((other) => other !== one).map(top);
  return one.name.endsWith('/total') && others.length > 0 && top(one) > 5 * Math.max(...others);
}

/** A chart of update D names `D/adversarial/real` by the rest. */
function shortName(name: string, title: string): string {
  if (name === title) return 'value';
  return name.startsWith(`${title}/`) ? name.slice(title.length + 1) : name;
}

/** Four digits, as tables and headlines show figures. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6)
    ? Number(value.toPrecision(3)).toExponential()
    : String(Number(value.toPrecision(4)));
}
