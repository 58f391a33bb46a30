import { type HealthCheck, NOTHING } from './check.js';
import { Recent } from './support/recent.js';
import { decisionsOf, foolingKeys, rightAtLeast } from './support/scores.js';
import { count, figure, percent } from './support/text.js';

/** Share of decisions, of real ones and of fakes alike, from which on nothing is left to learn from. */
const WON_SHARE = 0.99;
/** Steps that are averaged over: a twentieth of the run, within these bounds. */
const MIN_WINDOW_STEPS = 200;
const MAX_WINDOW_STEPS = 2000;

/**
 * The discriminator is sure of nearly every real one and every fake, and stays so: what it says no longer depends on what
 * the generator does, whose adversarial gradient vanishes or points anywhere (Arjovsky and Bottou 2017).
 */
export const discriminatorWon: HealthCheck = {
  name: 'discriminator-won',
  summary: 'A discriminator tells nearly all real ones and fakes apart, and stays so.',

  watch({ plans, registry, steps }) {
    const window = Math.min(MAX_WINDOW_STEPS, Math.max(MIN_WINDOW_STEPS, Math.round(steps / 20)));
    const decisions = decisionsOf(plans, registry).map((decision) => ({
      ...decision,
      losses: { real: new Recent(window), fake: new Recent(window) },
    }));
    const fooling = foolingKeys(plans).map((key) => ({ key, losses: new Recent(window) }));
    return (event) => {
      if (event.type !== 'step' || decisions.length === 0) return NOTHING;
      for (const { key, losses } of fooling) {
        const value = event.losses[key];
        if (value !== undefined) losses.add(value);
      }
      return decisions.flatMap(({ key, update, real, fake, losses }) => {
        const [ofReal, ofFake] = [event.losses[`${key}/real`], event.losses[`${key}/fake`]];
        if (ofReal === undefined || ofFake === undefined) return [];
        losses.real.add(ofReal);
        losses.fake.add(ofFake);
        if (!losses.real.isFull) return [];
        const right = [rightAtLeast(losses.real.mean, real), rightAtLeast(losses.fake.mean, fake)] as const;
        if (Math.min(...right) < WON_SHARE) return [];
        const generators = fooling.map((each) => `; ${each.key} stands at ${figure(each.losses.mean)}`);
        return [
          {
            subject: key,
            text: `The discriminator of ${update} has won: the generator has nothing to learn from it any more.`,
            evidence: `Over the last ${count(window)} steps at least ${percent(right[0])} of real ones and ${percent(right[1])} of fakes were told rightly (${key}/real ${figure(losses.real.mean)}, ${key}/fake ${figure(losses.fake.mean)})${generators.join('')}.`,
            remedy: `Hold it back: a lower game.updates.${update}.optimizer.learning_rate, game.updates.${update}.every: 2 steps, or label_smoothing: 0.1; hinge or lsgan saturate less. If it won at once, look whether something gives fakes away, such as a palette or a border.`,
          },
        ];
      });
    };
  },
};
