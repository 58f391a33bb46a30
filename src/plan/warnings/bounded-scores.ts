import { say } from '../../recipe/messages/codes/index.js';
import { rangeOf, scoresOf } from './scores.js';
import type { Warning } from './warning.js';

/** A loss for unbounded scores, of a network whose last layer bounds them. */
export const boundedScores: Warning = {
  *find(plan, registry) {
    for (const { loss, definition, key, judge, ends, path, call } of scoresOf(plan, registry)) {
      const end = rangeOf(ends, registry);
      if (!end) continue;
      const [low, high] = end.range;
      if (definition.probabilities && low === 0 && high === 1) continue;
      const message = say('bounded-scores', {
        judge: judge.name,
        layer: end.layer.config.type,
        range: end.range,
        loss: loss.config.type,
        key,
        probabilities: definition.probabilities === true,
      });
      yield { message, path, span: call.span };
    }
  },
};
