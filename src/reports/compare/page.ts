import { chartData, chartSection } from '../charts/figure.js';
import { formatNumber } from '../../core/format-number.js';
import type { Picture } from '../run/pictures.js';
import type { StepPicture } from '../browser/data.js';
import { COMPARE_SCRIPT } from '../browser/compare.generated.js';
import { type Html, html } from '../shell/html.js';
import type { Library } from '../shell/library.js';
import { renderFile, section, table } from '../shell/page.js';
import { overlaid } from './charts.js';
import type { Comparison } from './compare.js';

/** What this page has beyond a run's. */
const STYLE = /* css */ `
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
  const labels = comparison.runs.map(({ label }) => label).join(' · ');
  const recipes = [...new Set(comparison.runs.map(({ run }) => run.name))].join(', ');
  return renderFile(
    {
      title: `${recipes}: ${labels}`,
      main: html`<header>
          <h1>${comparison.runs.length} runs compared</h1>
          <p>${recipes}</p>
        </header>
        ${metricsTable(comparison)} ${parametersTable(comparison)} ${sideBySide(comparison, pictures)}
        ${chartSection('Metrics', charts, 'metric')} ${chartSection('Losses', charts, 'loss')}`,
      data: {
        data: chartData(charts),
        pictures: pictures.map((of) => of.map(({ step, uri }): StepPicture => ({ step, uri }))),
      },
    },
    { library, style: STYLE, scripts: [COMPARE_SCRIPT] },
  );
}

const heads = ({ runs }: Comparison): string[] => ['', ...runs.map(({ label }) => label)];

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
  const ids = comparison.runs.map(({ run }) => html`<td><code>${run.id}</code></td>`);
  const first = [
    html`<tr>
      <th>run</th>
      ${ids}
    </tr>`,
    html`<tr>
      <th>status</th>
      ${facts}
    </tr>`,
  ];
  return section(
    'Results',
    html`<div class="scroll">${table(heads(comparison), [...first, ...rows])}</div>`,
    html`<p class="quiet">
      The best value of each metric over a run, and the step at which it was measured.
    </p>`,
  );
}

function parametersTable(comparison: Comparison): Html {
  const rows = comparison.parameters.map(
    ({ name, values }) =>
      html`<tr>
        <th><code>${name}</code></th>
        ${values.map((value) => html`<td><code>${value ?? ''}</code></td>`)}
      </tr>`,
  );
  return section(
    'What differs',
    rows.length === 0
      ? html`<p class="quiet">The recipes are the same.</p>`
      : html`<div class="scroll">${table(heads(comparison), rows)}</div>`,
  );
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
  return section(
    'Samples by step',
    html`<p class="bar">
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
    </p>`,
    html`<div class="side">${figures}</div>`,
  );
}
