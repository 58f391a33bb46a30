import { say } from '../../recipe/messages/codes/index.js';
import type { Warning } from './warning.js';

/** Measured and not trained on: what a sweep over a weight wants, and else mostly a slip. */
export const weightlessLoss: Warning = {
  inAllPhases: true,

  *find({ updates }) {
    for (const { name, losses } of Object.values(updates))
      for (const loss of losses) {
        if (loss.config.weight !== 0) continue;
        yield {
          said: say('weightless-loss', loss.name, name),
          path: ['game', 'updates', name, 'losses', loss.name, 'weight'],
        };
      }
  },
};
