import { say } from '../../recipe/messages/codes/index.js';
import { scoresOf, teaches } from './scores.js';
import type { Warning } from './warning.js';

/** Scores that are trained by one type of loss and used by another. */
export const mixedLosses: Warning = {
  dependsOn: ['game'],

  *find(plan, registry) {
    const scores = scoresOf(plan, registry);
    for (const { update, loss, key, judge, path } of scores) {
      if (key !== 'fool') continue;
      const teachers = scores.filter((other) => teaches(other) && other.judge === judge);
      const types = [...new Set(teachers.map((other) => other.loss.config.type))];
      if (types.length === 0 || types.includes(loss.config.type)) continue;
      const facts = { judge: judge.name, taught: types, update: update.name, loss: loss.name };
      yield {
        message: say('mixed-losses', { ...facts, type: loss.config.type }),
        path: [...path.slice(0, -1), 'type'],
      };
    }
  },
};
