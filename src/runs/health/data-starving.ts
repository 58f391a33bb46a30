import { type HealthCheck, NOTHING } from './check.js';
import { Recent } from './support/recent.js';
import { count, figure, percent } from './support/text.js';

/** Steps that are looked at, and those before them in which stores fill and graphs are compiled. */
const WINDOW = 100;
const SETTLING = 20;
/** Share of a step that may be spent waiting. */
const SHARE = 0.3;
/** Milliseconds of waiting that nobody minds. */
const UNMINDED = 2;

/** Steps wait for their images: reading and decoding is what the run's time goes into. */
export const dataStarving: HealthCheck = {
  name: 'data-starving',
  summary: 'Steps spend much of their time waiting for data.',

  watch() {
    const [whole, waiting] = [new Recent(WINDOW), new Recent(WINDOW)];
    let settling = SETTLING;
    return (event) => {
      if (event.type === 'start' || event.type === 'resume' || event.type === 'rollback') {
        settling = SETTLING;
        whole.clear();
        waiting.clear();
      }
      if (event.type !== 'step' || settling-- > 0) return NOTHING;
      whole.add(event.ms);
      waiting.add(event.waitMs);
      const share = waiting.mean / whole.mean;
      if (!whole.isFull || share < SHARE || waiting.mean < UNMINDED) return NOTHING;
      return [
        {
          text: 'Training waits for data.',
          evidence: `In the last ${count(WINDOW)} steps ${percent(share)} of the time went into waiting for images: ${figure(waiting.mean)} of ${figure(whole.mean)} ms a step.`,
          remedy:
            'Give decoded images more memory (setting `cache`, GiB), read further ahead (`prefetch`), keep the images on a local disk and no larger than the recipe needs; `gan run --help` and docs/settings.md say how.',
        },
      ];
    };
  },
};
