import type { Diversity } from '../../core/events.js';
import { type HealthCheck, NOTHING } from './check.js';
import { figure, count } from './support/text.js';

/** Share of the difference of real pictures; without real ones, levels of 255. */
const MIN_SHARE_OF_REAL = 0.1;
const MIN_LEVELS = 1;
/** Samples in a row that must be poor. */
const POOR_SAMPLES = 2;
/** Steps in which a generator that never was diverse may still become so. */
const EARLY_STEPS = 1000;

const isPoor = ({ made, real }: Diversity): boolean =>
  made < (real === undefined ? MIN_LEVELS : MIN_SHARE_OF_REAL * real);

/** The generator makes much the same picture of whatever it is given (mode collapse). */
export const generatorCollapsed: HealthCheck = {
  name: 'generator-collapsed',
  summary: 'The pictures of different examples hardly differ any more.',

  watch() {
    const outputs = new Map<string, { poor: number; first: number; wasRich: boolean }>();
    return (event) => {
      if (event.type !== 'sample' || !event.diversity) return NOTHING;
      return Object.entries(event.diversity).flatMap(([name, diversity]) => {
        const state = outputs.get(name) ?? { poor: 0, first: event.step, wasRich: false };
        outputs.set(name, state);
        if (!isPoor(diversity)) {
          state.poor = 0;
          state.wasRich = true;
          return [];
        }
        state.poor += 1;
        // What has just been initialised makes grey of everything: that is no collapse.
        if (state.poor < POOR_SAMPLES || (!state.wasRich && event.step < EARLY_STEPS)) return [];
        const { made, real } = diversity;
        const comparison =
          real === undefined ? '' : `, where real ones differ by ${figure(real)} of the same examples`;
        return [
          {
            subject: name,
            text: `The generator has collapsed: the pictures ${name} of different examples are nearly the same.`,
            evidence: `In ${state.poor} samples in a row, up to step ${count(event.step)}, two of them differ by ${figure(made)} of 255 on average${comparison}.`,
            remedy:
              'Start anew from a checkpoint before it (gan run --resume RUN --fork --step N) with a lower learning rate for G; weigh a loss that holds it to its input more (l1), or let D see whole batches (minibatch-stddev); wgan with a gradient-penalty collapses less.',
          },
        ];
      });
    };
  },
};
