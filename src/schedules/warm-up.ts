import { Type } from 'typebox';
import { DURATION_PATTERN } from '../core/duration.js';
import { stepsIn } from '../blocks/index.js';
import { defineSchedule } from '../registry/index.js';

export const warmUp = defineSchedule({
  type: 'warm-up',
  summary: 'Rises in a straight line from nearly 0, then stays, or falls until the end of the run.',
  description:
    'Keeps the first steps small, while the running means of Adam and of norms are still those of a few batches.',
  formula:
    'f(step) = step / over until `over`, then 1, 1 - t or (1 + cos(pi t)) / 2, with t from 0 (`over`) to 1 (the end)',
  paper: 'arXiv:1706.02677',
  params: Type.Object(
    {
      over: Type.String({
        title: 'duration',
        pattern: DURATION_PATTERN,
        description: 'How long it rises.',
        examples: ['1000 steps', '5 epochs'],
      }),
      then: Type.Enum(['constant', 'linear-decay', 'cosine'], {
        default: 'constant',
        description: 'What follows: `constant` stays at 1, `linear-decay` and `cosine` fall to 0 at the end.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'warm-up', over: '1000 steps', then: 'cosine' },

  build({ over, then }, run) {
    const top = stepsIn(over, run);
    const left = Math.max(1, run.steps + 1 - top);
    return (step) => {
      if (step <= top) return step / top;
      const t = Math.min(1, (step - top) / left);
      if (then === 'linear-decay') return 1 - t;
      return then === 'cosine' ? (1 + Math.cos(Math.PI * t)) / 2 : 1;
    };
  },
});
