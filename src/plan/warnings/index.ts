import type { Diagnostic } from '../../core/errors.js';
import type { PartialRecipe } from '../../recipe/index.js';
import type { Registry } from '../../registry/index.js';
import type { PlanParts } from '../plan.js';
import { boundedScores } from './bounded-scores.js';
import { highMomentum } from './high-momentum.js';
import { idleNetwork } from './idle-network.js';
import { mixedLosses } from './mixed-losses.js';
import { normUnderPenalty } from './norm-under-penalty.js';
import { oneSided } from './one-sided.js';
import { outputRange } from './output-range.js';
import { sameOperands } from './same-operands.js';
import { signalZeroed } from './signal-zeroed.js';
import { steepCritic } from './steep-critic.js';
import { unusedPart } from './unused-part.js';
import { unusedTensor } from './unused-tensor.js';
import type { Warning } from './warning.js';
import { weightlessLoss } from './weightless-loss.js';

export const WARNINGS: readonly Warning[] = [
  boundedScores,
  highMomentum,
  idleNetwork,
  mixedLosses,
  normUnderPenalty,
  oneSided,
  outputRange,
  sameOperands,
  signalZeroed,
  steepCritic,
  unusedPart,
  unusedTensor,
  weightlessLoss,
];

/**
 * The warnings about a recipe's phases, each once, with its place. A warning that depends on a section with errors is left
 * out: the error may be its cause.
 */
export function warningsOf(
  planned: readonly { readonly plan: PlanParts }[],
  phases: readonly Pick<PartialRecipe, 'locate' | 'broken'>[],
  registry: Registry,
): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const warning of WARNINGS) {
    const { inAllPhases, dependsOn = [] } = warning;
    const needed = [...dependsOn, ...(inAllPhases ? (['phases'] as const) : [])];
    const findingsByPhase = planned.map(({ plan }, i) => {
      const { broken } = phases[i]!;
      return needed.some((section) => broken?.has(section)) ? [] : [...warning.find(plan, registry)];
    });
    findingsByPhase.forEach((list, i) => {
      for (const { message, path, span } of list) {
        const key = message.message;
        const isEverywhere = findingsByPhase.every((others) =>
          others.some((other) => other.message.message === key),
        );
        if (found.has(key) || (inAllPhases && !isEverywhere)) continue;
        found.set(key, { severity: 'warning', ...message, ...phases[i]!.locate(path, span) });
      }
    });
  }
  return [...found.values()];
}
