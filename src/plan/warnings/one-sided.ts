import { type Score, scoresOf, teaches } from './scores.js';
import type { Warning } from './warning.js';

/** A discriminator that only ever sees one of the two. */
export const oneSided: Warning = {
  code: 'one-sided',
  inAllPhases: true,
  restsOn: ['game'],

  *find(plan, registry) {
    const taught = new Map<string, Score[]>();
    for (const score of scoresOf(plan, registry)) {
      if (!teaches(score) || score.loss.config.weight === 0) continue;
      taught.set(score.judge.name, [...(taught.get(score.judge.name) ?? []), score]);
    }
    for (const [judge, scores] of taught) {
      const [first] = scores;
      if (!first || scores.some(({ key }) => key !== first.key)) continue;
      const lacks = first.key === 'real' ? 'fake' : 'real';
      yield {
        message: `${judge} is only shown ${first.key} images, and will call everything ${first.key}.`,
        remedy: `Add "${lacks}" to a loss that trains ${judge}.`,
        path: first.path.slice(0, -1),
      };
    }
  },
};
