import type { Warning } from './warning.js';

/** Measured and not trained on: what a sweep over a weight wants, and else mostly a slip. */
export const weightlessLoss: Warning = {
  code: 'weightless-loss',
  inAllPhases: true,

  *find({ updates }) {
    for (const { name, losses } of Object.values(updates))
      for (const loss of losses) {
        if (loss.config.weight !== 0) continue;
        yield {
          message: `The loss ${loss.name} of ${name} has weight 0: it is measured but trains nothing.`,
          remedy: 'Give it a weight above 0, or remove the loss.',
          path: ['game', 'updates', name, 'losses', loss.name, 'weight'],
        };
      }
  },
};
