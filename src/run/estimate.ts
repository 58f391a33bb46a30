import type { Course } from '../core/course.js';
import type { Plan } from '../plan/types.js';
import type { PhaseStretch } from './course.js';

/** Share of the rate of a single convolution that a whole step reaches; these four were fitted to bench/README.md. */
const EFFICIENCY = 0.85;
/** Seconds per layer and call that go into recording and starting operations, whatever their size. */
const OVERHEAD = 4e-4;
/** Bytes of weights, slots and gradients that an optimiser moves per second. */
const BANDWIDTH = 4e10;
/** Reads and writes of w, m, v and g per parameter. */
const OPTIMIZER_BYTES = 7 * 4;

/** Seconds of one training step, from the engine's measured rate (FLOP/s). Good to about a factor of 1.5. */
export function estimateStepSeconds(plan: Plan, rate: number): number {
  const calls = Object.entries(plan.cost.calls).reduce((sum, [name, byUpdate]) => {
    const layers = plan.networks[name]?.layers.length ?? 0;
    return sum + layers * Object.values(byUpdate).reduce((a, b) => a + b, 0);
  }, 0);
  return (
    plan.cost.flopsPerStep / (rate * EFFICIENCY) +
    calls * OVERHEAD +
    (plan.cost.parameters * OPTIMIZER_BYTES) / BANDWIDTH
  );
}

/** Seconds of what is left of a run after a step. */
export function estimateSeconds({ stretches }: Course<PhaseStretch>, step: number, rate: number): number {
  return stretches.reduce((seconds, { from, to, phase }) => {
    return seconds + Math.max(0, to - Math.max(from, step)) * estimateStepSeconds(phase.plan, rate);
  }, 0);
}
