export { planTrials, trialErrors } from './ablation.js';
export { examine } from './examine.js';
export { expandRecipe } from './expand.js';
export { planningErrors, planPhases } from './phases.js';
export { planRecipe } from './plan.js';
export { formatFlops, formatPhases, formatTrials } from './print.js';
export { warningsOf } from './warnings/index.js';

export type { TrialPlan } from './ablation.js';
export type { PhasePlan } from './phases.js';
export type {
  LossPlan,
  NetworkPlan,
  OutputPlan,
  Plan,
  PlannedLayer,
  TensorPlan,
  UpdatePlan,
} from './types.js';
