import { scoresOf, teaches } from './scores.js';
import type { Warning } from './warning.js';

/** Scores that one loss gives their meaning, and another reads. */
export const mixedLosses: Warning = {
  code: 'mixed-losses',
  restsOn: ['game'],

  *find(plan, registry) {
    const scores = scoresOf(plan, registry);
    for (const { update, loss, key, judge, path } of scores) {
      if (key !== 'fool') continue;
      const teachers = scores.filter((other) => teaches(other) && other.judge === judge);
      const types = [...new Set(teachers.map((other) => other.loss.config.type))];
      if (types.length === 0 || types.includes(loss.config.type)) continue;
      yield {
        message: `${judge.name}'s scores are trained by ${types.join(', ')}, but ${update.name} uses them in ${loss.config.type}.`,
        remedy: `Set type: ${types[0]!} for the loss ${loss.name} of ${update.name}.`,
        path: [...path.slice(0, -1), 'type'],
      };
    }
  },
};
