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
      const [has, lacks] = first.key === 'real' ? ['real ones', 'fake'] : ['fakes', 'real'];
      yield {
        message: `${judge} is only taught what ${has} are, and will call everything so.`,
        remedy: `Give a loss that trains ${judge} also "${lacks}".`,
        path: first.path.slice(0, -1),
      };
    }
  },
};
