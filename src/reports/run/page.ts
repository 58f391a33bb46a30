import { chartData, chartSection } from '../charts/figure.js';
import { PAGE_SCRIPT } from '../browser/page.generated.js';
import { html } from '../shell/html.js';
import type { Library } from '../shell/library.js';
import { renderFile } from '../shell/page.js';
import { chartsOf } from './charts.js';
import type { RunDigest } from './digest.js';
import { networks, type ShownNetworks } from './networks.js';
import type { Picture } from './pictures.js';
import { checkpoints, facts, heading, headline, health, messages, recipe, samples } from './sections.js';

/** What a page shows besides curves. */
export interface PagePictures {
  readonly samples: readonly Picture[];
  readonly networks: readonly ShownNetworks[];
}

export function renderRunPage(run: RunDigest, pictures: PagePictures, library: Library): string {
  const charts = chartsOf(run);
  return renderFile(
    {
      title: `${run.name} ${run.id}`,
      main: html`${heading(run)} ${headline(run)} ${health(run)} ${samples(run, pictures.samples)}
        ${chartSection('Losses', charts, 'loss')} ${chartSection('Metrics', charts, 'metric')}
        ${chartSection('Learning rate and speed', charts, 'rate', 'time')} ${messages(run)}
        ${checkpoints(run)} ${networks(pictures.networks)} ${recipe(run)}
        <section class="pair">${facts('Machine', run.machine)}${facts('Versions', run.versions)}</section>
        <noscript><p class="quiet">Charts and the samples of earlier steps need JavaScript.</p></noscript>`,
      data: { data: chartData(charts) },
    },
    { library, scripts: [PAGE_SCRIPT] },
  );
}
