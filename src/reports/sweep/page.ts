import { chartData, chartSection } from '../charts/figure.js';
import { PAGE_SCRIPT } from '../browser/page.generated.js';
import { type Html, html } from '../shell/html.js';
import type { Library } from '../shell/library.js';
import { renderFile, section } from '../shell/page.js';
import { chartsOf } from './curves.js';
import { differencesSection } from './differences-section.js';
import type { SweepRecord } from './gather.js';
import { resultsSection } from './results-section.js';
import { rungsSection } from './rungs-section.js';
import { runsSection } from './runs-section.js';
import { SWEEP_STYLE } from './style.js';
import type { ResultTable } from './table.js';

/** A picture that is pasted into the page. */
export interface PagePicture {
  readonly title: string;
  readonly uri: string;
  readonly width: number;
  readonly height: number;
}

export function renderSweepPage(
  record: SweepRecord,
  table: ResultTable,
  pictures: readonly PagePicture[],
  library: Library,
): string {
  const { sweep } = record;
  const charts = chartsOf(table);
  return renderFile(
    {
      title: sweep.name,
      main: html`${heading(record)} ${resultsSection(sweep, table)} ${rungsSection(record)}
        ${comparison(pictures)} ${chartSection('Curves', charts, 'metric')} ${differencesSection(record)}
        ${runsSection(record)} <noscript><p class="quiet">The curves need JavaScript.</p></noscript>`,
      data: { data: chartData(charts) },
    },
    { library, style: SWEEP_STYLE, scripts: [PAGE_SCRIPT] },
  );
}

function heading({ sweep, runs }: SweepRecord): Html {
  const count = (status: string): number => runs.filter(({ state }) => state.status === status).length;
  const states = (['done', 'running', 'paused', 'queued', 'stopped', 'dropped', 'failed'] as const)
    .filter((status) => count(status) > 0)
    .map(
      (status, i) => html`${i === 0 ? '' : ', '}<span class="${status}">${count(status)} ${status}</span>`,
    );
  const trials = runs.reduce((sum, { run }) => sum + run.cells.length, 0);
  const equal = trials === runs.length ? '' : `, ${trials - runs.length} of them the same as another`;
  return html`<header>
    <h1>${sweep.name}</h1>
    ${sweep.summary === undefined ? undefined : html`<p>${sweep.summary}</p>`}
    <p>${trials} trials${equal}: ${states}</p>
  </header>`;
}

function comparison(pictures: readonly PagePicture[]): Html | undefined {
  if (pictures.length === 0) return undefined;
  const shown = pictures.map(
    ({ title, uri, width, height }) =>
      html`<figure class="compared">
        <img src="${uri}" width="${width}" height="${height}" alt="${title}" />
      </figure>`,
  );
  return section('Pictures', shown, html`<p class="quiet">The same inputs for all, after the last step.</p>`);
}
