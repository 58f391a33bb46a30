import type { PageData } from '../browser/data.js';
import type { Chart, Series } from './curves.js';
import { html, type Html } from '../shell/html.js';
import { section } from '../shell/page.js';

export interface TitledChart extends Chart {
  /** Of its element in the page. */
  readonly id: string;
  readonly kind: 'loss' | 'metric' | 'rate' | 'time';
  readonly title: string;
  readonly note?: string;
}

export function chartFigure({ id, kind, title, note, series }: TitledChart): Html {
  const chips = series.map((one, i) => {
    const hidden = dwarfsOthers(one, series);
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

/** Whether a total is so large by its weights that the losses it sums would lie flat on the axis. */
function dwarfsOthers(one: Series, all: readonly Series[]): boolean {
  const top = ({ high, mean }: Series): number => Math.max(0, ...(high ?? mean).map((value) => value ?? 0));
  const others = all.filter((other) => other !== one).map(top);
  return one.name.endsWith('/total') && others.length > 0 && top(one) > 5 * Math.max(...others);
}

/** In a chart of update D, `D/adversarial/real` is called `adversarial/real`. */
function shortName(name: string, title: string): string {
  if (name === title) return 'value';
  return name.startsWith(`${title}/`) ? name.slice(title.length + 1) : name;
}

export const lossControls = html`<div class="bar">
  <label>Smoothing <input type="range" id="smoothing" min="0" max="0.99" step="0.01" value="0.9" /></label>
  <label><input type="checkbox" id="log" /> Logarithmic</label>
  <span>Drag to zoom, double-click to go back; click a name to hide its curve.</span>
</div>`;

/** The charts of some kinds below one title; nothing where there are none. */
export function chartSection(
  title: string,
  charts: readonly TitledChart[],
  ...kinds: readonly TitledChart['kind'][]
): Html | undefined {
  const figures = charts.filter(({ kind }) => kinds.includes(kind)).map(chartFigure);
  if (figures.length === 0) return undefined;
  return section(
    title,
    kinds.includes('loss') ? lossControls : undefined,
    html`<div class="charts">${figures}</div>`,
  );
}

/** What the page's script draws. */
export const chartData = (charts: readonly TitledChart[]): PageData => ({
  charts: charts.map(({ id, x, series, note }) => ({ id, x, series, note })),
});
