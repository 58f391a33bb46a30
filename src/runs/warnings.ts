import { type PhasePlan, warningsOf } from '../plan/index.js';
import { byPlace, formatDiagnostic } from '../recipe/messages/findings.js';
import type { Registry } from '../registry/index.js';
import type { FoundRecipe } from './request.js';

/** What is doubtful in a recipe that is about to be trained, but for what the run's health says with evidence. */
export function doubtsOf(
  planned: readonly PhasePlan[],
  { phases, told }: Pick<FoundRecipe, 'phases' | 'told'>,
  registry: Registry,
): readonly string[] {
  if (told) return [];
  const doubts = warningsOf(planned, phases, registry).filter(({ code }) => code !== 'signal-zeroed');
  return byPlace(doubts).map(formatDiagnostic);
}
