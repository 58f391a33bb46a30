import type { Chart } from './curves.js';
import type { RunDigest } from './digest.js';
import { html, type Html } from './html.js';

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

/** Losses by their update, the totals first: `D/adversarial` belongs to `D`. */
function updatesOf(names: readonly string[]): [string, string[]][] {
  const updates = new Map<string, string[]>();
  for (const name of names) {
    const [update = name] = name.split('/');
    updates.set(update, [...(updates.get(update) ?? []), name]);
  }
  const rank = (name: string): number => (name.endsWith('/total') ? 0 : 1);
  return [...updates].map(([update, of]) => [update, of.toSorted((a, b) => rank(a) - rank(b))]);
}

function rangeNote({ metrics }: RunDigest, name: string): string {
  const range = metrics.range(name);
  return range ? `between ${formatNumber(range[0])} and ${formatNumber(range[1])}` : '';
}

function notFiniteNote({ series, note }: Omit<TitledChart, 'id'>): { readonly note?: string } {
  const broken = series.filter(({ notFinite }) => notFinite > 0);
  if (broken.length === 0) return note === undefined ? {} : { note };
  return {
    note: `Not drawn: ${broken.map((one) => `${one.notFinite} values of ${one.name}`).join(', ')} that are not finite.`,
  };
}

export function chartFigure({ id, kind, title, note, series }: TitledChart): Html {
  const chips = series.map(
    ({ name }, i) =>
      html`<button class="series" style="--c: var(--s${(i % 8) + 1})" aria-pressed="true">
        ${shortName(name, title)} <span class="number"></span>
      </button>`,
  );
  return html`<figure class="chart" id="${id}" data-kind="${kind}">
    <figcaption><strong>${title}</strong><span class="at"></span>${chips}</figcaption>
    <div class="plot"></div>
    ${note ? html`<p class="note">${note}</p>` : undefined}
  </figure>`;
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
    ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
}
