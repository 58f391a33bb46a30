import { healthChecks, HealthMonitor, type NonFiniteEvent } from '../health/index.js';
import type { PhasePlan } from '../plan/phases.js';
import type { Registry } from '../registry/index.js';
import type { NonFiniteLoss } from '../trainers/index.js';

/** Looks at a run's events for whatever goes wrong. */
export function watchHealth(phases: readonly PhasePlan[], registry: Registry, steps: number): HealthMonitor {
  return new HealthMonitor(healthChecks, { plans: phases.map(({ plan }) => plan), registry, steps });
}

/** @param outcome what comes of it, in a sentence. */
export function nonFinite({ step, loss, value }: NonFiniteLoss, outcome: string): NonFiniteEvent {
  return { type: 'non-finite', step, loss, value, outcome };
}
