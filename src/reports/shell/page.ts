import prettyMs from 'pretty-ms';
import { counted } from '../../core/counted.js';
import { type TitledChart, chartFigure, chartsOf, formatNumber } from '../charts/charts.js';
import { CLIENT } from './client.js';
import type { RunDigest } from '../run/digest.js';
import { highlightYaml } from '../run/highlight.js';
import { Html, html, scriptData } from './html.js';
import { networks, type ShownNetworks } from '../run/networks.js';
import type { Picture } from '../run/pictures.js';
import { STYLE } from './style.js';

/** The charts' library, pasted into the page. */
export interface Library {
  readonly script: string;
  readonly style: string;
}

const MOST_MESSAGES = 200;
const STATUS: Readonly<Record<RunDigest['status'], string>> = {
  running: 'running',
  finished: 'finished',
  failed: 'failed',
  killed: 'stopped early',
};

/** What a page shows besides curves. */
export interface PagePictures {
  readonly samples: readonly Picture[];
  readonly networks: readonly ShownNetworks[];
}

/** The whole page. Its policy forbids the network, so that it stays what it was on the day it was written. */
export function renderPage(run: RunDigest, pictures: PagePictures, library: Library): string {
  const charts = chartsOf(run);
  const of = (...kinds: readonly TitledChart['kind'][]): TitledChart[] =>
    charts.filter(({ kind }) => kinds.includes(kind));
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${run.name} ${run.id}</title>
        <style>
          ${new Html(library.style)}${new Html(STYLE)}
        </style>
      </head>
      <body>
        <main>
          ${heading(run)} ${headline(run)} ${health(run)} ${samples(run, pictures.samples)}
          ${section('Losses', of('loss'), lossControls)} ${section('Metrics', of('metric'))}
          ${section('Learning rate and speed', of('rate', 'time'))} ${messages(run)} ${checkpoints(run)}
          ${networks(pictures.networks)}
          <section>
            <h2>Recipe</h2>
            <pre>${highlightYaml(run.recipe)}</pre>
          </section>
          <section class="pair">${facts('Machine', run.machine)}${facts('Versions', run.versions)}</section>
          <noscript><p class="quiet">Charts and the samples of earlier steps need JavaScript.</p></noscript>
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
    </html> `;
  return page.text;
}

export function heading({ name, summary, status, id, began, resumes, reason }: RunDigest): Html {
  const when = began === undefined ? undefined : html` · started ${formatTime(began)}`;
  const times = resumes === 0 ? undefined : html` · resumed ${resumes === 1 ? 'once' : `${resumes} times`}`;
  return html`<header>
    <h1>${name}</h1>
    ${summary === undefined ? undefined : html`<p>${summary}</p>`}
    <p><span class="pill ${status}">${STATUS[status]}</span> &nbsp;<code>${id}</code>${when}${times}</p>
    ${reason === undefined ? undefined : html`<p class="reason">${reason}</p>`}
  </header>`;
}

/** @param more figures of the caller's own: name and value. */
export function headline(run: RunDigest, more: readonly (readonly [string, string])[] = []): Html {
  const { step, epoch, images, stepMs, waitMs, duration, metrics } = run;
  const figure = (name: string, value: string, small?: string): Html =>
    html`<div>
      <dt>${name}</dt>
      <dd>${value}${small === undefined ? undefined : html`<small>${small}</small>`}</dd>
    </div>`;
  const rate = images / (stepMs / 1000);
  const waiting = `${formatNumber(Math.round((1000 * waitMs) / stepMs) / 10)} % waiting for data`;
  return html`<dl class="figures">
    ${figure('steps', step.toLocaleString('en'), counted(Number(formatNumber(epoch)), 'epoch'))}
    ${figure('time', prettyMs(duration, { unitCount: 2, secondsDecimalDigits: 0 }), `${images.toLocaleString('en')} images`)}
    ${stepMs > 0 ? figure('images per second', formatNumber(Number(rate.toPrecision(3))), waiting) : undefined}
    ${more.map(([name, value]) => figure(name, value))}
    ${metrics.names.map((name) => figure(name, formatNumber(metrics.last(name)!), `${formatNumber(metrics.first(name)!)} at the first evaluation`))}
  </dl>`;
}

export function samples({ samples: all }: RunDigest, pictures: readonly Picture[]): Html | undefined {
  const last = pictures.at(-1);
  if (!last) return undefined;
  const when = (step: number): string => `step ${step.toLocaleString('en')}`;
  const strip = pictures.map(
    ({ step, uri, width, height }) =>
      html`<button title="${when(step)}">
        <img
          src="${uri}"
          width="${width}"
          height="${height}"
          alt="Sample of ${when(step)}"
        />${step.toLocaleString('en')}
      </button>`,
  );
  const rest =
    pictures.length < all.length ? html`${pictures.length} of ${all.length} pictures. ` : undefined;
  return html`<section>
    <h2>Samples</h2>
    <figure class="show">
      <figcaption>
        <output>${when(last.step)}</output
        ><input
          type="range"
          id="moment"
          min="0"
          max="${pictures.length - 1}"
          value="${pictures.length - 1}"
          aria-label="Step of the sample"
        />
      </figcaption>
      <img
        src="${last.uri}"
        width="${last.width}"
        height="${last.height}"
        alt="Sample of ${when(last.step)}"
      />
    </figure>
    <div class="strip">${strip}</div>
    <p class="quiet">${rest}As they were made, uncompressed: <code>samples/</code>.</p>
  </section>`;
}

export function health({ health: found }: RunDigest): Html | undefined {
  if (found.length === 0) return undefined;
  const items = found.map(
    ({ step, level, check, text, evidence, remedy }) =>
      html`<li class="${level}">
        <p>
          <strong>${text}</strong> <span class="quiet">step ${step.toLocaleString('en')} · ${check}</span>
        </p>
        <p class="quiet">${evidence}</p>
        <p>${remedy}</p>
      </li>`,
  );
  return html`<section>
    <h2>Health</h2>
    <ul class="health">
      ${items}
    </ul>
  </section>`;
}

export const lossControls = html`<div class="bar">
  <label>Smoothing <input type="range" id="smoothing" min="0" max="0.99" step="0.01" value="0.9" /></label>
  <label><input type="checkbox" id="log" /> Logarithmic</label>
  <span>Drag to zoom, double-click to go back; click a name to hide its curve.</span>
</div>`;

export function section(title: string, charts: readonly TitledChart[], controls?: Html): Html | undefined {
  if (charts.length === 0) return undefined;
  return html`<section>
    <h2>${title}</h2>
    ${controls}
    <div class="charts">${charts.map(chartFigure)}</div>
  </section>`;
}

const ADDRESS = /\bhttps?:\/\/[^\s"'<>`]+/g;

/** Addresses in a text become links, and nothing else of it becomes anything. */
function linked(text: string): Html {
  const parts: Html[] = [];
  let end = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    // A full stop behind it is the sentence's.
    const uri = address.replace(/[.,;:!?)]+$/, '');
    parts.push(html`${text.slice(end, index)}<a href="${uri}" rel="noreferrer">${uri}</a>`);
    end = index + uri.length;
  }
  return html`${parts}${text.slice(end)}`;
}

export function messages({ messages: all }: RunDigest): Html | undefined {
  if (all.length === 0) return undefined;
  const rows = all.slice(-MOST_MESSAGES).map(
    ({ step, level, text, time }) =>
      html`<tr>
        <td class="number">${step.toLocaleString('en')}</td>
        <td class="when">${time > 0 ? formatTime(time) : ''}</td>
        <td class="${level}">${linked(text)}</td>
      </tr>`,
  );
  const older = all.length - rows.length;
  return html`<section>
    <h2>Messages</h2>
    <table>
      <thead>
        <tr>
          <th>step</th>
          <th>time</th>
          <th>message</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${older > 0 ? html`<p class="quiet">${older} older ones are in <code>events.jsonl</code>.</p>` : undefined}
  </section>`;
}

export function checkpoints({ checkpoints: all }: RunDigest): Html | undefined {
  if (all.length === 0) return undefined;
  const kept = all.filter((one) => one.kept);
  const rows = kept.map(
    ({ step, time }) =>
      html`<tr>
        <td class="number">${step.toLocaleString('en')}</td>
        <td class="when">${formatTime(time)}</td>
        <td><code>checkpoints/step-${step}</code></td>
      </tr>`,
  );
  const gone = all.length - kept.length;
  return html`<section>
    <h2>Checkpoints</h2>
    <table>
      <thead>
        <tr>
          <th>step</th>
          <th>time</th>
          <th>folder</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${gone > 0 ? html`<p class="quiet">${gone} earlier ones made room for these.</p>` : undefined}
  </section>`;
}

function facts(title: string, values: Readonly<Record<string, string | number>>): Html | undefined {
  const rows = Object.entries(values).map(
    ([name, value]) =>
      html`<tr>
        <th>${name}</th>
        <td>${value}</td>
      </tr>`,
  );
  return rows.length === 0
    ? undefined
    : html`<div>
        <h2>${title}</h2>
        <table>
          <tbody>
            ${rows}
          </tbody>
        </table>
      </div>`;
}

/** UTC, like the ids: `2026-11-23 19:05 UTC`. */
function formatTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
