import { Type } from 'typebox';
import { DURATION_PATTERN } from '../core/duration.js';
import { stepsIn } from '../blocks/index.js';
import { defineSchedule } from '../registry/index.js';

export const step = defineSchedule({
  type: 'step',
  summary: 'Falls by a factor at regular intervals.',
  formula: 'f(step) = factor^floor((step - 1) / every)',
  paper: 'arXiv:1512.03385',
  params: Type.Object(
    {
      every: Type.String({
        title: 'duration',
        pattern: DURATION_PATTERN,
        description: 'How long the value stays before it falls again.',
        examples: ['50 epochs', '100000 steps'],
      }),
      factor: Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        default: 0.5,
        description: 'What it is multiplied by each time.',
      }),
    },
    { additionalProperties: false },
  ),
  example: { type: 'step', every: '50 epochs', factor: 0.5 },

  build({ every, factor }, run) {
    const length = stepsIn(every, run);
    return (now) => {
      let drops = Math.floor((now - 1) / length);
      // Where epochs differ in length, no multiple of the first interval says when it falls again.
      if (run.stepsUntil) for (drops = 0; stepsIn(every, run, drops + 1) < now;) drops++;
      return factor ** drops;
    };
  },
});
