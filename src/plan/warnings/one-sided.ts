import { say } from '../../recipe/messages/codes/index.js';
import { type Score, scoresOf, teaches } from './scores.js';
import type { Warning } from './warning.js';

/** A discriminator that is trained on real images only, or on fakes only. */
export const oneSided: Warning = {
  inAllPhases: true,
  dependsOn: ['game'],

  *find(plan, registry) {
    const taught = new Map<string, Score[]>();
    for (const score of scoresOf(plan, registry)) {
      if (!teaches(score) || score.loss.config.weight === 0) continue;
      taught.set(score.judge.name, [...(taught.get(score.judge.name) ?? []), score]);
    }
    for (const [judge, scores] of taught) {
      const [first] = scores;
      if (!first || scores.some(({ key }) => key !== first.key)) continue;
      yield { message: say('one-sided', judge, first.key), path: first.path.slice(0, -1) };
    }
  },
};
