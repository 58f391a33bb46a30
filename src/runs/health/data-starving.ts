import { type HealthCheck, NOTHING } from './check.js';
import { Recent } from './support/recent.js';
import { count, figure, percent } from './support/text.js';

/** Steps that are averaged over, and those before them, in which caches fill and graphs are compiled. */
const WINDOW_STEPS = 100;
const WARM_UP_STEPS = 20;
/** Share of a step that may be spent waiting. */
const MIN_WAIT_SHARE = 0.3;
/** Below so many milliseconds of waiting there is nothing to gain. */
const MIN_WAIT_MS = 2;

/** Steps wait for their images: reading and decoding is what the run's time goes into. */
export const dataStarving: HealthCheck = {
  name: 'data-starving',
  summary: 'Steps spend much of their time waiting for data.',

  watch() {
    const [whole, waiting] = [new Recent(WINDOW_STEPS), new Recent(WINDOW_STEPS)];
    let warmUp = WARM_UP_STEPS;
    return (event) => {
      if (event.type === 'start' || event.type === 'resume' || event.type === 'rollback') {
        warmUp = WARM_UP_STEPS;
        whole.clear();
        waiting.clear();
      }
      if (event.type !== 'step' || warmUp-- > 0) return NOTHING;
      whole.add(event.ms);
      waiting.add(event.waitMs);
      const share = waiting.mean / whole.mean;
      if (!whole.isFull || share < MIN_WAIT_SHARE || waiting.mean < MIN_WAIT_MS) return NOTHING;
      return [
        {
          text: 'Training waits for data.',
          evidence: `In the last ${count(WINDOW_STEPS)} steps ${percent(share)} of the time went into waiting for images: ${figure(waiting.mean)} of ${figure(whole.mean)} ms a step.`,
          remedy:
            'Give decoded images more memory (setting `cache`, GiB), read further ahead (`prefetch`), keep the images on a local disk and no larger than the recipe needs; `gan run --help` and docs/settings.md say how.',
        },
      ];
    };
  },
};
