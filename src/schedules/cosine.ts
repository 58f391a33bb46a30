import { Type } from 'typebox';
import { decayProgress, fromParam } from '../blocks/index.js';
import { defineSchedule } from '../registry/index.js';

export const cosine = defineSchedule({
  type: 'cosine',
  summary: 'Falls along half a cosine: slowly, then fast, then slowly again.',
  formula: 'f(step) = to + (1 - to) (1 + cos(pi t)) / 2, with t from 0 (`from`) to 1 (the end of the run)',
  paper: 'arXiv:1608.03983',
  params: Type.Object(
    {
      from: fromParam(),
      to: Type.Number({ minimum: 0, maximum: 1, default: 0, description: 'The factor at the end.' }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'cosine', from: '10 epochs' },

  build({ from, to }, run) {
    const progress = decayProgress(from, run);
    return (step) => to + ((1 - to) * (1 + Math.cos(Math.PI * progress(step)))) / 2;
  },
});
