import prettyMs from 'pretty-ms';
import { counted } from '../../core/counted.js';
import { formatNumber } from '../../core/format-number.js';
import { type Html, html } from '../shell/html.js';
import { section, table } from '../shell/page.js';
import type { RunDigest, RunStatus } from './digest.js';
import { highlightYaml } from './highlight.js';
import type { Picture } from './pictures.js';

const MAX_MESSAGES = 200;
const STATUS: Readonly<Record<RunStatus, string>> = {
  running: 'running',
  finished: 'finished',
  failed: 'failed',
  killed: 'stopped early',
};

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

/** @param more figures to add: name and value. */
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
  return section(
    'Samples',
    html`<figure class="show">
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
    </figure>`,
    html`<div class="strip">${strip}</div>`,
    html`<p class="quiet">${rest}As they were made, uncompressed: <code>samples/</code>.</p>`,
  );
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
  return section(
    'Health',
    html`<ul class="health">
      ${items}
    </ul>`,
  );
}

const ADDRESS = /\bhttps?:\/\/[^\s"'<>`]+/g;

/** Addresses in a text become links; all else stays text. */
function linked(text: string): Html {
  const parts: Html[] = [];
  let end = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
    // Punctuation at its end belongs to the sentence.
    const uri = address.replace(/[.,;:!?)]+$/, '');
    parts.push(html`${text.slice(end, index)}<a href="${uri}" rel="noreferrer">${uri}</a>`);
    end = index + uri.length;
  }
  return html`${parts}${text.slice(end)}`;
}

export function messages({ messages: all }: RunDigest): Html | undefined {
  if (all.length === 0) return undefined;
  const rows = all.slice(-MAX_MESSAGES).map(
    ({ step, level, text, time }) =>
      html`<tr>
        <td class="number">${step.toLocaleString('en')}</td>
        <td class="when">${time > 0 ? formatTime(time) : ''}</td>
        <td class="${level}">${linked(text)}</td>
      </tr>`,
  );
  const older = all.length - rows.length;
  return section(
    'Messages',
    table(['step', 'time', 'message'], rows),
    older > 0 ? html`<p class="quiet">${older} older ones are in <code>events.jsonl</code>.</p>` : undefined,
  );
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
  return section(
    'Checkpoints',
    table(['step', 'time', 'folder'], rows),
    gone > 0 ? html`<p class="quiet">${gone} earlier ones made room for these.</p>` : undefined,
  );
}

export function recipe({ recipe: text }: RunDigest): Html {
  return section('Recipe', html`<pre>${highlightYaml(text)}</pre>`);
}

/** A table of names and values: the machine, the versions. */
export function facts(title: string, values: Readonly<Record<string, string | number>>): Html | undefined {
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
