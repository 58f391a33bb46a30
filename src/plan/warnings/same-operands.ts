import { formatCall } from '../../core/call.js';
import type { Warning } from './warning.js';

const PAIRS = [
  ['real', 'fake'],
  ['of', 'to'],
] as const;

/** A loss that tells a thing from itself. */
export const sameOperands: Warning = {
  code: 'same-operands',

  *find({ updates }) {
    for (const { name, losses } of Object.values(updates))
      for (const loss of losses)
        for (const [a, b] of PAIRS) {
          const [one, other] = [loss.operands[a], loss.operands[b]];
          if (!one || !other || formatCall(one) !== formatCall(other)) continue;
          yield {
            message: `"${a}" and "${b}" of the loss ${loss.name} are the same, ${formatCall(one)}: there is nothing to learn.`,
            remedy:
              a === 'real'
                ? '"real" must come from the data, and "fake" from a network.'
                : 'Compare it with something else.',
            path: ['game', 'updates', name, 'losses', loss.name, b],
            span: other.span,
          };
        }
  },
};
