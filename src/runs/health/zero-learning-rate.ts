import { type HealthCheck, NOTHING } from './check.js';
import { count } from './support/text.js';

/** Steps in a row: a schedule may begin or end at 0. */
const ZERO_STEPS = 20;

/** An update is played and moves nothing. */
export const zeroLearningRate: HealthCheck = {
  name: 'zero-learning-rate',
  summary: 'An update is played with a learning rate of 0.',

  watch({ steps }) {
    const since = new Map<string, { readonly first: number; played: number }>();
    return (event) => {
      if (event.type !== 'step') return NOTHING;
      return Object.entries(event.learningRates).flatMap(([update, rate]) => {
        if (rate !== 0) {
          since.delete(update);
          return [];
        }
        const zero = since.get(update) ?? { first: event.step, played: 0 };
        since.set(update, zero);
        zero.played += 1;
        if (zero.played < ZERO_STEPS) return [];
        return [
          {
            subject: update,
            text: `The learning rate of ${update} is 0: its networks no longer learn.`,
            evidence: `It has been 0 since step ${count(zero.first)}; ${count(steps - event.step)} steps of ${count(steps)} are left.`,
            remedy: `Look at game.updates.${update}.optimizer.schedule and what it counts from, or let the run end where it reaches 0 (train.for).`,
          },
        ];
      });
    };
  },
};
