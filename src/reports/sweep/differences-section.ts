import { type Html, html } from '../shell/html.js';
import { section, table } from '../shell/page.js';
import { countShared, type Difference, findDifferences, findUnevenness } from './differences.js';
import type { SweepRecord } from './gather.js';

const MAX_PATHS = 40;
/** A table of more columns than this is not readable. */
const MAX_LEVELS = 16;
const MAX_VALUE_CHARS = 60;

/** What was different between trials, from their recipes. */
export function differencesSection(record: SweepRecord): Html {
  const uneven = findUnevenness(record);
  return section(
    'What was different',
    html`<p class="quiet">
      Found by comparing the recipes of the trials with everything written out (<code>recipes/</code>). All
      else is the same in each of them: ${countShared(record)} values.
    </p>`,
    findDifferences(record).map(along),
    uneven.length === 0
      ? undefined
      : html`<p class="warning">
          Not the same for all runs, and not meant to be compared: ${uneven.join('; ')}.
        </p>`,
  );
}

function along({ axis, levels, paths }: Difference): Html {
  if (paths.length === 0)
    return html`<h3>Along ${axis}</h3>
      <p class="warning">Nothing differs.</p>`;
  if (levels.length > MAX_LEVELS) {
    const some = `${levels.slice(0, 3).join(', ')}, …, ${levels.at(-1)!}`;
    return html`<h3>Along ${axis}</h3>
      <p>${paths.map(({ path }) => html`<code>${path}</code> `)}: ${levels.length} values, ${some}</p>`;
  }
  const shown = paths.slice(0, MAX_PATHS).map(
    ({ path, values }) =>
      html`<tr>
        <th><code>${path}</code></th>
        ${values.map((value) => html`<td>${value === undefined ? html`<span class="quiet">none</span>` : short(value)}</td>`)}
      </tr>`,
  );
  const rest = paths.length - shown.length;
  return html`<h3>Along ${axis}</h3>
    <div class="along">
      ${table(['', ...levels], shown)}
      ${rest > 0 ? html`<p class="quiet">And ${rest} more, in the files of <code>recipes/</code>.</p>` : undefined}
    </div>`;
}

const short = (text: string): string =>
  text.length > MAX_VALUE_CHARS ? `${text.slice(0, MAX_VALUE_CHARS - 1)}…` : text;
