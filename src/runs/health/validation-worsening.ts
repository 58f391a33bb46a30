import type { Plan } from '../../plan/index.js';
import { type HealthCheck, NOTHING } from './check.js';
import { Recent } from './support/recent.js';
import { figure } from './support/text.js';

/** Evaluations since the best one that must be there, the last ones of which count. */
const EVALUATIONS_SINCE_BEST = 4;
const LAST_EVALUATIONS = 3;
/** As many, each worse than the one before it, are seldom chance: once in 120 times. */
const STEADY_EVALUATIONS = 5;
/** Share of the value that a difference must have, and multiples of what it varies by anyway. */
const MIN_SHARE = 0.03;
const NOISE_FACTOR = 3;
/** Steps over which a training loss is averaged. */
const WINDOW_STEPS = 100;

interface Point {
  readonly epoch: number;
  readonly value: number;
  /** Of the training loss of the same type. */
  readonly trained: number;
}

/** A metric on images that the networks have not seen was better once and gets worse: they learn the training images by heart. */
export const validationWorsening: HealthCheck = {
  name: 'validation-worsening',
  summary: 'A metric of the validation split was better once, and gets worse.',

  watch({ plans, registry }) {
    const histories = new Map<string, Point[]>();
    const losses = trainingLosses(plans);
    let epoch = 0;
    return (event) => {
      if (event.type === 'step') {
        epoch = event.epoch;
        for (const { key, recent } of losses.values()) {
          const value = event.losses[key];
          if (value !== undefined) recent.add(value);
        }
      }
      if (event.type !== 'evaluation') return NOTHING;
      return Object.entries(event.metrics).flatMap(([name, value]) => {
        const type = name.slice(name.lastIndexOf('/') + 1);
        const metric = registry.find('metric', type);
        if (!metric || !Number.isFinite(value)) return [];
        const history = histories.get(name) ?? [];
        histories.set(name, history);
        const loss = losses.get(type);
        history.push({ epoch, value, trained: loss?.recent.mean ?? NaN });
        const best = worseSince(history, metric.better);
        if (best === undefined) return [];
        const point = history[best]!;
        const last = history.slice(-LAST_EVALUATIONS).map((each) => figure(each.value));
        const now = history.at(-1)!.trained;
        const learns = now < point.trained;
        return [
          {
            text: `${name} has been worsening since epoch ${figure(point.epoch)}${learns ? ', while training goes on improving: overfitting' : ''}.`,
            evidence: `It was ${figure(point.value)} then, and ${last.join(', ')} in the last ${LAST_EVALUATIONS} evaluations${loss && learns ? `; ${loss.key} fell from ${figure(point.trained)} to ${figure(now)} meanwhile` : ''}.`,
            remedy:
              'Use a checkpoint of that time (checkpoint.keep: all keeps them), train for less, or give it more to learn from: more images, augment.jitter and flip, dropout; a smaller network learns less by heart.',
          },
        ];
      });
    };
  },
};

/** Where the best was, if by now it is clearly worse. */
function worseSince(history: readonly Point[], better: 'lower' | 'higher'): number | undefined {
  const sign = better === 'lower' ? 1 : -1;
  const cost = history.map(({ value }) => sign * value);
  const best = cost.indexOf(Math.min(...cost));
  if (history.length - 1 - best < EVALUATIONS_SINCE_BEST) return undefined;
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  // Not the best alone: that one was lucky, too.
  const then = mean(cost.slice(Math.max(0, best - 1), best + 2));
  const now = cost.slice(-LAST_EVALUATIONS);
  const changes = cost
    .slice(1)
    .map((value, i) => Math.abs(value - cost[i]!))
    .sort((a, b) => a - b);
  const noise = changes[Math.floor(changes.length / 2)]!;
  const clear = Math.max(MIN_SHARE * Math.abs(then), NOISE_FACTOR * noise);
  // Many small steps for the worse are no noise.
  const steps = cost.slice(-STEADY_EVALUATIONS);
  const steadily =
    steps.every((value, i) => i === 0 || value > steps[i - 1]!) &&
    mean(now) - then > MIN_SHARE * Math.abs(then);
  return Math.min(...now) > cost[best]! && (mean(now) - then > clear || steadily) ? best : undefined;
}

/** By type of loss: what is minimised of what a metric of the same name measures. */
function trainingLosses(plans: readonly Plan[]): Map<string, { key: string; recent: Recent }> {
  const found = new Map<string, { key: string; recent: Recent }>();
  for (const { updates } of plans)
    for (const { name: update, losses } of Object.values(updates))
      for (const { name, config } of losses)
        found.set(config.type, { key: `${update}/${name}`, recent: new Recent(WINDOW_STEPS) });
  return found;
}
