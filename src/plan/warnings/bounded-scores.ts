import { formatRange, rangeOf, scoresOf } from './scores.js';
import type { Warning } from './warning.js';

/** A loss that takes scores as they come, of a network whose last layer squeezes them. */
export const boundedScores: Warning = {
  code: 'bounded-scores',

  *find(plan, registry) {
    for (const { loss, definition, key, judge, ends, path, call } of scoresOf(plan, registry)) {
      const end = rangeOf(ends, registry);
      if (!end) continue;
      const [low, high] = end.range;
      if (definition.probabilities && low === 0 && high === 1) continue;
      const { type } = end.layer.config;
      yield {
        message: `${judge.name} ends in ${type}, so its scores are ${formatRange(end.range)}, but ${loss.config.type} expects unbounded scores in "${key}".`,
        remedy: definition.probabilities
          ? `Let ${judge.name} end without an activation (logits), or in sigmoid (probabilities).`
          : `Let ${judge.name} end without an activation: output: { activation: none }.`,
        path,
        span: call.span,
      };
    }
  },
};
