import { say } from '../../recipe/messages/codes/index.js';
import { scoresOf, teaches } from './scores.js';
import type { Warning } from './warning.js';

/** Scores that one loss gives their meaning, and another reads. */
export const mixedLosses: Warning = {
  restsOn: ['game'],

  *find(plan, registry) {
    const scores = scoresOf(plan, registry);
    for (const { update, loss, key, judge, path } of scores) {
      if (key !== 'fool') continue;
      const teachers = scores.filter((other) => teaches(other) && other.judge === judge);
      const types = [...new Set(teachers.map((other) => other.loss.config.type))];
      if (types.length === 0 || types.includes(loss.config.type)) continue;
      const facts = { judge: judge.name, taught: types, update: update.name, loss: loss.name };
      yield {
        said: say('mixed-losses', { ...facts, type: loss.config.type }),
        path: [...path.slice(0, -1), 'type'],
      };
    }
  },
};
