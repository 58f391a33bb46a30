import prettyMs from 'pretty-ms';
import type { Snapshot } from '../browser/data.js';
import { chartData, chartFigure, lossControls, type TitledChart } from '../charts/figure.js';
import { chartsOf } from '../run/charts.js';
import type { RunDigest } from '../run/digest.js';
import { networks, type NetworksPicture } from '../run/networks.js';
import type { Picture } from '../run/pictures.js';
import { checkpoints, heading, headline, health, messages, recipe, samples } from '../run/sections.js';
import { type Html, html } from '../shell/html.js';
import { renderServed, section } from '../shell/page.js';

/** @param left milliseconds to the end, while the run trains. */
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
    ...chartData(charts),
  };
}

const percent = (step: number, steps: number): string => `${Math.floor((100 * step) / steps)} %`;

/** For the browser's tab, which shows only the beginning. */
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

/** The page as it is first sent; after that its script writes the parts that change. */
export function renderLivePage(
  run: RunDigest,
  snapshot: Snapshot,
  pictures: readonly NetworksPicture[],
): string {
  const shown = networks(pictures.map(({ phase, file }) => ({ phase, uri: `/${encodeURIComponent(file)}` })));
  const charts = (id: string): Html => html`<div class="charts" id="${id}"></div>`;
  return renderServed(
    {
      title: snapshot.title,
      main: html`<p id="connection" class="reason" hidden>
          No answer from gan watch: what stands here is old.
        </p>
        <div id="heading"></div>
        <div id="headline"></div>
        <div id="health"></div>
        <div id="samples"></div>
        ${section('Losses', lossControls, charts('losses'))} ${section('Metrics', charts('metrics'))}
        ${section('Learning rate and speed', charts('rates'))}
        <div id="messages"></div>
        <div id="checkpoints"></div>
        ${shown} ${recipe(run)}
        <noscript><p class="quiet">This page needs JavaScript.</p></noscript>`,
      data: { first: snapshot },
    },
    { styles: ['/uplot.css', '/style.css'], scripts: ['/uplot.js', '/live.js'] },
  );
}
