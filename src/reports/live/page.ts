import prettyMs from 'pretty-ms';
import { type TitledChart, chartFigure, chartsOf } from '../charts/charts.js';
import type { RunDigest } from '../run/digest.js';
import { highlightYaml } from '../run/highlight.js';
import { type Html, html, scriptData } from '../shell/html.js';
import { checkpoints, heading, headline, health, lossControls, messages, samples } from '../shell/page.js';
import { networks, type NetworksPicture } from '../run/networks.js';
import type { Picture } from '../run/pictures.js';

/** What the page shows as of now. */
export interface Snapshot {
  readonly title: string;
  /** HTML by the id of the element that it fills. */
  readonly parts: Readonly<Record<string, string>>;
  /** Figures by the id of the element that holds them, to be written where charts or curves have come or gone. */
  readonly figures: Readonly<Record<string, string>>;
  /** Tells one set of charts and curves from another. */
  readonly shape: string;
  readonly charts: readonly Pick<TitledChart, 'id' | 'x' | 'series' | 'note'>[];
}

/** @param left milliseconds to the end, where somebody trains. */
export function snapshotOf(run: RunDigest, pictures: readonly Picture[], left: number | undefined): Snapshot {
  const charts = chartsOf(run);
  const figures = (...kinds: readonly TitledChart['kind'][]): string =>
    charts
      .filter(({ kind }) => kinds.includes(kind))
      .map((chart) => chartFigure(chart).text)
      .join('');
  const progress: [string, string][] =
    left === undefined
      ? []
      : [['left', `about ${prettyMs(left, { unitCount: 2, secondsDecimalDigits: 0 })}`]];
  const text = (part: Html | undefined): string => part?.text ?? '';
  return {
    title: titleOf(run),
    parts: {
      heading: text(heading(run)) + text(progressBar(run)),
      headline: text(headline(run, progress)),
      health: text(health(run)),
      samples: text(samples(run, pictures)),
      messages: text(messages(run)),
      checkpoints: text(checkpoints(run)),
    },
    figures: { losses: figures('loss'), metrics: figures('metric'), rates: figures('rate', 'time') },
    shape: JSON.stringify(charts.map(({ id, title, series }) => [id, title, series.map(({ name }) => name)])),
    charts: charts.map(({ id, x, series, note }) => ({
      id,
      x,
      series,
      ...(note === undefined ? {} : { note }),
    })),
  };
}

const percent = (step: number, steps: number): string => `${Math.floor((100 * step) / steps)} %`;

/** Of the browser's tab, which has room for the beginning. */
function titleOf({ name, id, status, step, steps }: RunDigest): string {
  const state = status === 'running' ? (steps === undefined ? '' : percent(step, steps)) : status;
  return [state, name, id].filter((text) => text !== '').join(' · ');
}

function progressBar({ status, step, steps }: RunDigest): Html | undefined {
  if (status !== 'running' || steps === undefined) return undefined;
  return html`<p class="progress">
    <progress max="${steps}" value="${step}"></progress>
    <span>step ${step.toLocaleString('en')} of ${steps.toLocaleString('en')}, ${percent(step, steps)}</span>
  </p>`;
}

/** The page as it is sent first; from then on its parts are written anew as they change. */
export function renderLivePage(
  run: RunDigest,
  snapshot: Snapshot,
  pictures: readonly NetworksPicture[],
): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${snapshot.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/uplot.css" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <main>
          <p id="connection" class="reason" hidden>No answer from gan watch: what stands here is old.</p>
          <div id="heading"></div>
          <div id="headline"></div>
          <div id="health"></div>
          <div id="samples"></div>
          <section>
            <h2>Losses</h2>
            ${lossControls}
            <div class="charts" id="losses"></div>
          </section>
          <section>
            <h2>Metrics</h2>
            <div class="charts" id="metrics"></div>
          </section>
          <section>
            <h2>Learning rate and speed</h2>
            <div class="charts" id="rates"></div>
          </section>
          <div id="messages"></div>
          <div id="checkpoints"></div>
          ${networks(pictures.map(({ phase, file }) => ({ phase, uri: `/${encodeURIComponent(file)}` })))}
          <section>
            <h2>Recipe</h2>
            <pre>${highlightYaml(run.recipe)}</pre>
          </section>
          <noscript><p class="quiet">This page needs JavaScript.</p></noscript>
        </main>
        <script type="application/json" id="data">
          ${scriptData({ charts: [] })}
        </script>
        <script type="application/json" id="first">
          ${scriptData(snapshot)}
        </script>
        <script src="/uplot.js"></script>
        <script src="/client.js"></script>
        <script src="/live.js"></script>
      </body>
    </html> `.text;
}
