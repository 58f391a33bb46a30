import { type HealthCheck, NOTHING } from './check.js';
import { Recent } from './support/recent.js';
import { count, figure } from './support/text.js';

/** Steps before it that are looked at. */
const BEFORE = 50;
/** Times its mean that a loss is at when it blows up rather than breaks. */
const GROWN = 10;

/** A loss became NaN or infinite: weights trained on it are lost. */
export const nonFiniteLoss: HealthCheck = {
  name: 'non-finite-loss',
  summary: 'A loss is NaN or infinite.',

  watch() {
    const losses = new Map<string, Recent>();
    return (event) => {
      if (event.type === 'step') {
        for (const [key, value] of Object.entries(event.losses)) {
          let recent = losses.get(key);
          if (!recent) losses.set(key, (recent = new Recent(BEFORE)));
          recent.add(value);
        }
      }
      if (event.type !== 'non-finite') return NOTHING;
      const { step, loss, value, outcome } = event;
      const before = losses.get(loss);
      const grown = before && Math.abs(before.last) > GROWN * Math.abs(before.mean - before.last / BEFORE);
      const history = before
        ? ` The steps before had ${figure(before.mean)} on average, the last one ${figure(before.last)}.`
        : ' No step had a value before.';
      return [
        {
          // Each time is news.
          subject: `${loss} in step ${step}`,
          level: 'error',
          text: `Loss ${loss} is ${value} in step ${count(step)}. ${outcome}`,
          evidence: `${grown ? 'It had been blowing up.' : 'It came suddenly.'}${history}`,
          remedy: grown
            ? 'Lower the learning rate, warm it up, or set clip_norm: 1.'
            : 'Look at the data of that step (broken or single-coloured images), and at divisions and logarithms of the losses; then lower the learning rate or set clip_norm: 1.',
        },
      ];
    };
  },
};
