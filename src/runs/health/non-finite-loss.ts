import { type HealthCheck, type NonFiniteEvent, NOTHING } from './check.js';
import { Recent } from './support/recent.js';
import { figure } from './support/text.js';

/** Steps before it that are averaged over. */
const HISTORY_STEPS = 50;
/** A last loss so many times the mean before it: it grew, rather than broke suddenly. */
const BLOW_UP_FACTOR = 10;

/** A loss or a weight became NaN or infinite: weights trained on it are lost. */
export const nonFiniteLoss: HealthCheck = {
  name: 'non-finite-loss',
  summary: 'A loss or a weight is NaN or infinite.',

  watch() {
    const losses = new Map<string, Recent>();
    return (event) => {
      if (event.type === 'step') {
        for (const [key, value] of Object.entries(event.losses)) {
          let recent = losses.get(key);
          if (!recent) losses.set(key, (recent = new Recent(HISTORY_STEPS)));
          recent.add(value);
        }
      }
      if (event.type !== 'non-finite') return NOTHING;
      const { found, outcome } = event;
      const before = losses.get(found.subject);
      const grown =
        before &&
        Math.abs(before.last) > BLOW_UP_FACTOR * Math.abs(before.mean - before.last / HISTORY_STEPS);
      const times = event.rollbacks === 0 ? '' : `, after ${event.rollbacks} rollbacks`;
      return [
        {
          // Each time is news.
          subject: `${found.subject} in step ${found.step}${times}`,
          level: 'error',
          text: `${found.message} ${outcome}`,
          evidence: `${grown ? 'It had been blowing up.' : 'It came suddenly.'}${historyOf(found, before)}`,
          remedy: grown
            ? 'Lower the learning rate, warm it up, or set clip_norm: 1.'
            : 'Look at the data of that step (broken or single-coloured images), and at divisions and logarithms of the losses; then lower the learning rate or set clip_norm: 1.',
        },
      ];
    };
  },
};

function historyOf({ kind }: NonFiniteEvent['found'], before: Recent | undefined): string {
  if (kind === 'weight')
    return ' The losses of that step were finite: the step after it would have had none.';
  return before
    ? ` The steps before had ${figure(before.mean)} on average, the last one ${figure(before.last)}.`
    : ' No step had a value before.';
}
