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
        message: `${judge.name}'s scores mean what ${types.join(', ')} teaches it, and ${update.name} reads them by ${loss.config.type}.`,
        remedy: `Give the loss ${loss.name} of ${update.name} type: ${types[0]!}.`,
        path: [...path.slice(0, -1), 'type'],
      };
    }
  },
};
