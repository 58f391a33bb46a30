import { formatCall } from '../../core/call.js';
import { say } from '../../recipe/messages/codes/index.js';
import type { Warning } from './warning.js';

const PAIRS = [
  ['real', 'fake'],
  ['of', 'to'],
] as const;

/** A loss that compares a value with itself. */
export const sameOperands: Warning = {
  *find({ updates }) {
    for (const { name, losses } of Object.values(updates))
      for (const loss of losses)
        for (const [a, b] of PAIRS) {
          const [one, other] = [loss.operands[a], loss.operands[b]];
          if (!one || !other || formatCall(one) !== formatCall(other)) continue;
          yield {
            message: say('same-operands', loss.name, a, b, one),
            path: ['game', 'updates', name, 'losses', loss.name, b],
            span: other.span,
          };
        }
  },
};
