import type { HealthEvent, RunEvent, StepEvent } from '../../../src/core/events.js';
import { healthChecks, HealthMonitor, type Observed } from '../../../src/runs/health/index.js';
import { planOf, registry, TINY_RECIPE } from '../../support/plan.js';

/** A monitor of all checks for a run of the tiny recipe. */
export async function monitorOf(steps: number, ...set: readonly string[]): Promise<HealthMonitor> {
  return new HealthMonitor(healthChecks, { plans: [await planOf(TINY_RECIPE, set)], registry, steps });
}

export const start: RunEvent = { type: 'start', step: 0, recipeFolder: '/', versions: {}, machine: {} };

/** A step of a pix2pix that does well, but for what is said. */
export function step(n: number, more: Partial<StepEvent> = {}): StepEvent {
  const wobble = (1 + Math.sin(n)) / 2;
  return {
    type: 'step',
    step: n,
    epoch: n / 100,
    losses: {
      'D/adversarial': 0.9,
      'D/adversarial/real': 0.3 + 0.4 * wobble,
      'D/adversarial/fake': 0.7 - 0.4 * wobble,
      'D/total': 0.45,
      'G/adversarial': 1 + wobble,
      'G/l1': 0.4 * Math.exp(-n / 1000) + 0.02 * wobble,
      'G/total': 30 * Math.exp(-n / 1000) + 3 * wobble,
    },
    learningRates: { D: 2e-4, G: 2e-4 },
    images: 1,
    ms: 100,
    waitMs: 3 + wobble,
    ...more,
  };
}

export const evaluation = (n: number, value: number, metric = 'val/l1'): RunEvent => ({
  type: 'evaluation',
  step: n,
  metrics: { [metric]: value },
});

/** What is told of a sequence of events. */
export function findingsOf(monitor: HealthMonitor, events: Iterable<Observed>): HealthEvent[] {
  return [...events].flatMap((event) => monitor.see(event));
}

/** Steps from one number to another, each as `make` has it. */
export function* steps(from: number, to: number, make: (n: number) => Observed = step): Generator<Observed> {
  for (let n = from; n <= to; n++) yield make(n);
}
