import { healthChecks, HealthMonitor } from './health/index.js';
import type { PhasePlan } from '../plan/index.js';
import type { Registry } from '../registry/index.js';

/** Looks at a run's events for whatever goes wrong. */
export function watchHealth(phases: readonly PhasePlan[], registry: Registry, steps: number): HealthMonitor {
  return new HealthMonitor(healthChecks, { plans: phases.map(({ plan }) => plan), registry, steps });
}
