import { Type } from 'typebox';
import { decayProgress, fromParam } from '../blocks/index.js';
import { defineSchedule } from '../registry/index.js';

export const linearDecay = defineSchedule({
  type: 'linear-decay',
  summary: 'Holds the value, then lets it fall in a straight line to 0 at the end of the run.',
  formula:
    'f(step) = 1 - t, with t from 0 (`from`) to 1 (one step past the end, so that the last step still moves)',
  paper: 'arXiv:1703.10593',
  params: Type.Object({ from: fromParam() }, { additionalProperties: false }),
  example: { type: 'linear-decay', from: '100 epochs' },

  build({ from }, run) {
    const progress = decayProgress(from, run);
    return (step) => 1 - progress(step);
  },
});
