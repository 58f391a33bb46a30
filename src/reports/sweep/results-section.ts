import { type Html, html } from '../shell/html.js';
import { section, table } from '../shell/page.js';
import type { Sweep } from '../../sweep/index.js';
import { type Published, publishedAt, publishedNote } from './published.js';
import { type Group, legendOf, type ResultTable, roundValue, type Value } from './table.js';

/** The table, as a heatmap for each metric where there are two axes. */
export function resultsSection(sweep: Sweep, result: ResultTable): Html {
  const published = sweep.report.published ?? [];
  const two = result.columns.length > 1;
  return section(
    'Results',
    two ? heatmaps(sweep, result) : plain(sweep, result, published),
    html`<p class="quiet">${legendOf(result, sweep.report.average)}</p>`,
    two ? published.map((set) => publishedTable(set, sweep.report.columns!, result)) : undefined,
    published.map((set, i) => html`<p class="quiet">${two ? '' : `[${i + 1}] `}${publishedNote(set)}</p>`),
    html`<p class="quiet">
      The same as files: <code>table.csv</code>, <code>table.md</code>, <code>table.tex</code>, and all runs
      one by one in <code>runs.csv</code>.
    </p>`,
  );
}

const arrowOf = (sweep: Sweep, metric: string): string => (sweep.better[metric] === 'lower' ? '↓' : '↑');

function plain(
  sweep: Sweep,
  { rows, metrics, groups, head }: ResultTable,
  published: readonly Published[],
): Html {
  const sources =
    published.length === 0
      ? undefined
      : html`<tr>
          <th class="whose"></th>
          <th class="whose" colspan="${metrics.length}">here</th>
          ${published.map(({ metrics: theirs }, i) => html`<th class="whose theirs" colspan="${theirs.length}">published [${i + 1}]</th>`)}
        </tr>`;
  const lines = rows.map((row) => {
    const group = groups.find((each) => each.row === row)!;
    const theirs = published.flatMap((set) =>
      publishedAt(set, row, undefined).map((text) => html`<td class="theirs">${text}</td>`),
    );
    return html`<tr>
      <th>${row}</th>
      ${metrics.map((metric) => cellOf(group.values[metric]))}${theirs}
    </tr>`;
  });
  return html`<div class="results">
    <table>
      <thead>
        ${sources}
        <tr>
          <th>${head}</th>
          ${metrics.map((metric) => html`<th>${metric} ${arrowOf(sweep, metric)}</th>`)}
          ${published.flatMap((set) => set.metrics.map((metric) => html`<th class="theirs">${metric}</th>`))}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`;
}

function cellOf(value: Value | undefined): Html {
  if (!value) return html`<td></td>`;
  const [mean, deviation] = roundValue(value);
  const spread = deviation === undefined ? undefined : html` <small>± ${deviation}</small>`;
  const range = `${value.count} values from ${value.low} to ${value.high}`;
  return html`<td title="${range}" class="${value.best ? 'best' : ''}">
    ${mean}${spread}${value.close ? ' ≈' : ''}
  </td>`;
}

function heatmaps(sweep: Sweep, { rows, columns, metrics, groups, head }: ResultTable): Html {
  const maps = metrics.map((metric) => {
    const means = groups.flatMap(({ values }) => values[metric]?.mean ?? []).filter(Number.isFinite);
    const [least, most] = [Math.min(...means), Math.max(...means)];
    /** 0 for the worst mean, 1 for the best. */
    const quality = (mean: number): number => {
      const share = most === least ? 0.5 : (mean - least) / (most - least);
      return sweep.better[metric] === 'lower' ? 1 - share : share;
    };
    const lines = rows.map((row) => {
      const cells = columns.map((column) => {
        const group: Group = groups.find((each) => each.row === row && each.column === column)!;
        const value = group.values[metric];
        if (!value) return html`<td style="--good: 0"></td>`;
        const [mean, deviation] = roundValue(value);
        const good = Number.isFinite(value.mean) ? quality(value.mean) : 0;
        return html`<td style="--good: ${good.toFixed(3)}" class="${value.best ? 'best' : ''}">
          ${mean}${value.close ? ' ≈' : ''}${deviation === undefined ? undefined : html`<small>± ${deviation}</small>`}
        </td>`;
      });
      return html`<tr>
        <th>${row}</th>
        ${cells}
      </tr>`;
    });
    return html`<figure>
      <figcaption>${metric} ${arrowOf(sweep, metric)}</figcaption>
      ${table([`${head} \\ ${sweep.report.columns}`, ...columns.map((column) => column ?? '')], lines)}
    </figure>`;
  });
  return html`<div class="heat">${maps}</div>`;
}

function publishedTable(set: Published, axis: string, { rows, columns, head }: ResultTable): Html {
  const lines = rows.flatMap((row) =>
    columns.flatMap((column) => {
      const values = publishedAt(set, row, column);
      return values.every((text) => text === '')
        ? []
        : [
            html`<tr>
              <th>${row}, ${column}</th>
              ${values.map((value) => html`<td class="theirs">${value}</td>`)}
            </tr>`,
          ];
    }),
  );
  const metrics = set.metrics.map((metric) => html`<th class="theirs">${metric}</th>`);
  return html`<div class="results">${table([`published: ${head}, ${axis}`, ...metrics], lines)}</div>`;
}
