import { say } from '../../recipe/messages/codes/index.js';
import { type Score, scoresOf, teaches } from './scores.js';
import type { Warning } from './warning.js';

/** A discriminator that only ever sees one of the two. */
export const oneSided: Warning = {
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
      yield { said: say('one-sided', judge, first.key), path: first.path.slice(0, -1) };
    }
  },
};
