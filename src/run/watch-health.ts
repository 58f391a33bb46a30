import { join } from 'node:path';
import { healthChecks, HealthMonitor, type NonFiniteEvent } from '../health/index.js';
import type { PhasePlan } from '../plan/phases.js';
import { JOURNAL_FILE } from '../record/journal.js';
import { readJournal } from '../record/read-journal.js';
import type { Registry } from '../registry/index.js';
import type { NonFiniteLoss } from '../trainers/index.js';

/** Looks at a run's events for whatever goes wrong. */
export function watchHealth(phases: readonly PhasePlan[], registry: Registry, steps: number): HealthMonitor {
  return new HealthMonitor(healthChecks, { plans: phases.map(({ plan }) => plan), registry, steps });
}

/** Shows a monitor what the run saw up to a step, so that it knows what it would know had the run never stopped. */
export async function catchUp(health: HealthMonitor, folder: string, step: number): Promise<void> {
  for await (const entry of readJournal(join(folder, JOURNAL_FILE)))
    if (entry.step <= step) health.see(entry);
}

/** @param outcome what comes of it, in a sentence. */
export function nonFinite({ step, loss, value }: NonFiniteLoss, outcome: string): NonFiniteEvent {
  return { type: 'non-finite', step, loss, value, outcome };
}
