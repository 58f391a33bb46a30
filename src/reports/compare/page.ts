import { chartFigure, formatNumber, type TitledChart } from '../charts/charts.js';
import { CLIENT } from '../shell/client.js';
import { Html, html, scriptData } from '../shell/html.js';
import { type Library, lossControls } from '../shell/page.js';
import type { Picture } from '../run/pictures.js';
import { STYLE } from '../shell/style.js';
import { overlaid } from './charts.js';
import { STEPS_CLIENT } from './client.js';
import type { Comparison } from './compare.js';

const OWN_STYLE = /* css */ `
.side { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 320px), 1fr)); gap: 16px; }
.side figure { margin: 0; min-width: 0; }
.side img { display: block; width: 100%; height: auto; border: 1px solid var(--line); border-radius: 8px; background: #fff; }
.side figcaption { margin: 0 0 6px; font-size: 13.5px; }
td.best { font-weight: 700; }
td.best .quiet { font-weight: 400; }
.bar .steps { flex: 1; }
.bar .steps input { flex: 1; }
.at-step { min-width: 9ch; font-variant-numeric: tabular-nums; }
`;

/** One page that needs no network: what differs, the curves over each other, the samples side by side by step. */
export function renderComparison(
  comparison: Comparison,
  pictures: readonly (readonly Picture[])[],
  library: Library,
): string {
  const charts = overlaid(comparison);
  const names = comparison.runs.map(({ label }) => label).join(' · ');
  const recipes = [...new Set(comparison.runs.map(({ run }) => run.name))].join(', ');
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${recipes}: ${names}</title>
        <style>
          ${new Html(library.style)}${new Html(STYLE)}${new Html(OWN_STYLE)}
        </style>
      </head>
      <body>
        <main>
          <header>
            <h1>${comparison.runs.length} runs compared</h1>
            <p>${recipes}</p>
          </header>
          ${metricsTable(comparison)} ${parametersTable(comparison)} ${sideBySide(comparison, pictures)}
          ${section('Metrics', ofKind(charts, 'metric'))}
          ${section('Losses', ofKind(charts, 'loss'), lossControls)}
        </main>
        <script type="application/json" id="data">
          ${scriptData({ charts: charts.map(({ id, x, series }) => ({ id, x, series })) })}
        </script>
        <script type="application/json" id="pictures">
          ${scriptData(pictures.map((of) => of.map(({ step, uri }) => ({ step, uri }))))}
        </script>
        <script>
          ${new Html(library.script)};
        </script>
        <script>
          ${new Html(CLIENT)};
        </script>
        <script>
          ${new Html(STEPS_CLIENT)};
        </script>
      </body>
    </html> `.text;
}

const ofKind = (charts: readonly TitledChart[], wanted: TitledChart['kind']): TitledChart[] =>
  charts.filter(({ kind }) => kind === wanted);

function section(title: string, charts: readonly TitledChart[], controls?: Html): Html | undefined {
  if (charts.length === 0) return undefined;
  return html`<section>
    <h2>${title}</h2>
    ${controls}
    <div class="charts">${charts.map(chartFigure)}</div>
  </section>`;
}

function heads({ runs }: Comparison): Html[] {
  return runs.map(({ label }) => html`<th>${label}</th>`);
}

function metricsTable(comparison: Comparison): Html {
  const facts = comparison.runs.map(
    ({ run: { status, step, steps } }) =>
      html`<td>
        ${status}, step
        ${step.toLocaleString('en')}${steps === undefined ? '' : ` of ${steps.toLocaleString('en')}`}
      </td>`,
  );
  const rows = comparison.metrics.map(({ name, values, last, winner }) => {
    const cells = values.map((best, i) => {
      if (best) {
        return html`<td class="${winner === i ? 'best' : ''}">
          ${formatNumber(best.value)} <span class="quiet">at ${best.step.toLocaleString('en')}</span>
        </td>`;
      }
      const value = last[i];
      return html`<td>${value === undefined ? '' : formatNumber(value)}</td>`;
    });
    return html`<tr>
      <th>${name}</th>
      ${cells}
    </tr>`;
  });
  return html`<section>
    <h2>Results</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th></th>
            ${heads(comparison)}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th>run</th>
            ${comparison.runs.map(({ run }) => html`<td><code>${run.id}</code></td>`)}
          </tr>
          <tr>
            <th>status</th>
            ${facts}
          </tr>
          ${rows}
        </tbody>
      </table>
    </div>
    <p class="quiet">The best value of each metric over a run, and the step at which it was measured.</p>
  </section>`;
}

function parametersTable(comparison: Comparison): Html {
  const rows = comparison.parameters.map(
    ({ name, values }) =>
      html`<tr>
        <th><code>${name}</code></th>
        ${values.map((value) => html`<td><code>${value ?? ''}</code></td>`)}
      </tr>`,
  );
  const body =
    rows.length === 0
      ? html`<p class="quiet">The recipes are the same.</p>`
      : html`<div class="scroll">
          <table>
            <thead>
              <tr>
                <th></th>
                ${heads(comparison)}
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>
        </div>`;
  return html`<section>
    <h2>What differs</h2>
    ${body}
  </section>`;
}

function sideBySide({ runs }: Comparison, pictures: readonly (readonly Picture[])[]): Html | undefined {
  const steps = new Set(pictures.flatMap((of) => of.map(({ step }) => step)));
  if (steps.size === 0) return undefined;
  const figures = runs.map(
    ({ label }, i) =>
      html`<figure data-run="${i}">
        <figcaption>${label} <span class="quiet"></span></figcaption>
        <img alt="Sample of ${label}" />
      </figure>`,
  );
  return html`<section>
    <h2>Samples by step</h2>
    <p class="bar">
      <label class="steps"
        ><output id="at-step" class="at-step"></output>
        <input
          type="range"
          id="step"
          min="0"
          max="${steps.size - 1}"
          value="${steps.size - 1}"
          aria-label="Step of the samples"
      /></label>
    </p>
    <div class="side">${figures}</div>
  </section>`;
}
