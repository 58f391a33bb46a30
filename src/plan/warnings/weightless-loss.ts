import { say } from '../../recipe/messages/codes/index.js';
import type { Warning } from './warning.js';

/** A loss that is logged and not trained on: intended in a sweep over a weight, elsewhere mostly a mistake. */
export const weightlessLoss: Warning = {
  inAllPhases: true,

  *find({ updates }) {
    for (const { name, losses } of Object.values(updates))
      for (const loss of losses) {
        if (loss.config.weight !== 0) continue;
        yield {
          message: say('weightless-loss', loss.name, name),
          path: ['game', 'updates', name, 'losses', loss.name, 'weight'],
        };
      }
  },
};
