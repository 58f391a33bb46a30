import { formatNumber } from '../../core/format-number.js';
import { type Html, html } from '../shell/html.js';
import { section, table } from '../shell/page.js';
import type { SweepRecord } from './gather.js';

/** Of a search by halving: the scores at each rung, and which trials went on. */
export function rungsSection({ sweep, rungs }: Pick<SweepRecord, 'sweep' | 'rungs'>): Html | undefined {
  const { search, axes, report } = sweep;
  if (search?.type !== 'halving') return undefined;
  const names = axes.map(({ name }) => name).filter((name) => name !== report.average);
  const key = (cell: Readonly<Record<string, string>>): string =>
    JSON.stringify(names.map((name) => cell[name]));
  // Trials that came furthest first, and of these the best at their last rung.
  const order = [
    ...new Set([...rungs].reverse().flatMap(({ groups }) => groups.map(({ cell }) => key(cell)))),
  ];
  const cells = new Map(rungs.flatMap(({ groups }) => groups.map(({ cell }) => [key(cell), cell] as const)));
  const lines = order.map((id) => {
    const cell = cells.get(id)!;
    const scores = search.rungs.map((_, i) => {
      const { groups = [], kept } = rungs[i] ?? {};
      const rank = groups.findIndex((group) => key(group.cell) === id);
      const score = groups[rank]?.score;
      if (score === undefined) return html`<td class="number"></td>`;
      const goesOn = kept !== undefined && rank < kept;
      return html`<td class="number${goesOn ? ' best' : ''}">
        ${Number.isFinite(score) ? formatNumber(score) : 'failed'}
      </td>`;
    });
    return html`<tr>
      ${names.map((name) => html`<td>${cell[name]}</td>`)}${scores}
    </tr>`;
  });
  const share = Number((100 * search.keep).toPrecision(3));
  const heads = search.rungs.map((after) => html`<th class="number">${search.metric} after ${after}</th>`);
  return section(
    'Search',
    html`<div class="along">${table([...names, ...heads], lines)}</div>`,
    html`<p class="quiet">
      Successive halving: after each rung the best ${share} % went on (bold), the last of them to the end.
      What was left behind has no place among the results: it was trained for less long.
    </p>`,
  );
}
