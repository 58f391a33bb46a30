import { chartFigure } from '../charts/charts.js';
import { CLIENT } from '../shell/client.js';
import { Html, html, scriptData } from '../shell/html.js';
import type { Library } from '../shell/page.js';
import { STYLE } from '../shell/style.js';
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

/** The whole page. Its policy forbids the network, so that it stays what it was on the day it was written. */
export function renderSweepPage(
  record: SweepRecord,
  table: ResultTable,
  pictures: readonly PagePicture[],
  library: Library,
): string {
  const { sweep } = record;
  const charts = chartsOf(table);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${sweep.name}</title>
        <style>
          ${new Html(library.style)}${new Html(STYLE)}${new Html(SWEEP_STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${heading(record)} ${resultsSection(sweep, table)} ${rungsSection(record)} ${comparison(pictures)}
          ${
            charts.length === 0
              ? undefined
              : html`<section>
                  <h2>Curves</h2>
                  <div class="charts">${charts.map(chartFigure)}</div>
                </section>`
          }
          ${differencesSection(record)} ${runsSection(record)}
          <noscript><p class="quiet">The curves need JavaScript.</p></noscript>
        </main>
        <script type="application/json" id="data">
          ${scriptData({ charts: charts.map(({ id, x, series }) => ({ id, x, series })) })}
        </script>
        <script>
          ${new Html(library.script)};
        </script>
        <script>
          ${new Html(CLIENT)};
        </script>
      </body>
    </html> `.text;
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
  return html`<section>
    <h2>Pictures</h2>
    ${shown}
    <p class="quiet">The same inputs for all, after the last step.</p>
  </section>`;
}
