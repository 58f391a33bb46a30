import { Type } from 'typebox';
import { DURATION_PATTERN, durationInSteps, parseDuration } from '../core/duration.js';
import { defineSchedule } from '../registry/index.js';

export const linearDecay = defineSchedule({
  type: 'linear-decay',
  summary: 'Holds the value, then lets it fall in a straight line to 0 at the end of the run.',
  paper: 'arXiv:1703.10593',
  params: Type.Object(
    {
      from: Type.Optional(
        Type.String({
          pattern: DURATION_PATTERN,
          description: 'When the fall begins; default: at once.',
          examples: ['100 epochs'],
        }),
      ),
    },
    { additionalProperties: false },
  ),
  example: { type: 'linear-decay', from: '100 epochs' },

  build({ from }, { steps, stepsPerEpoch }) {
    const duration = from === undefined ? undefined : parseDuration(from);
    const start = duration ? durationInSteps(duration, stepsPerEpoch) : 0;
    // Counted to one step past the end, so that the last step still moves.
    return (step) => (step <= start ? 1 : Math.max(0, (steps + 1 - step) / (steps + 1 - start)));
  },
});
