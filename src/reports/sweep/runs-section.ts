import { relative } from 'node:path';
import prettyMs from 'pretty-ms';
import { slashed } from '../../core/node/paths.js';
import { formatNumber } from '../../core/format-number.js';
import { type Html, html } from '../shell/html.js';
import { section, table } from '../shell/page.js';
import type { SweepRecord } from './gather.js';

/** Every run: its folder, state, steps and results. */
export function runsSection({ sweep, folder, runs }: SweepRecord): Html {
  const { metrics } = sweep.report;
  const lines = runs.map(({ run, state, stepMs }) => {
    const cells = sweep.axes.map(
      ({ name }) => html`<td>${[...new Set(run.cells.map((cell) => cell[name]!))].join(', ')}</td>`,
    );
    const measured = metrics.map((metric) => {
      const value = state.metrics?.[metric];
      return html`<td class="number">${value === undefined ? '' : formatNumber(value)}</td>`;
    });
    const path = slashed(relative(folder, state.path));
    return html`<tr>
      <td class="number">${run.index}</td>
      ${cells}
      <td class="${state.status}">${state.status}</td>
      <td class="number">${(state.step ?? 0).toLocaleString('en')}</td>
      <td class="number">
        ${stepMs === 0 ? '' : prettyMs(stepMs, { unitCount: 2, secondsDecimalDigits: 0 })}
      </td>
      ${state.status === 'failed' ? html`<td class="error" colspan="${metrics.length}">${state.reason ?? ''}</td>` : measured}
      <td>
        ${state.status === 'queued' ? '' : html`<a href="${encodeURI(path)}/report.html"><code>${path}</code></a>`}
      </td>
    </tr>`;
  });
  const head = ['', ...sweep.axes.map(({ name }) => name), 'state', 'steps', 'time', ...metrics, 'report'];
  return section('Runs', html`<div class="along">${table(head, lines)}</div>`);
}
