import type { Course } from '../../core/course.js';
import { parseDuration } from '../../core/duration.js';
import { type Engine, measureRate, type Rate } from '../../engine/index.js';
import type { Plan } from '../../plan/index.js';
import type { CheckpointConfig } from '../../recipe/index.js';
import type { PhaseStretch } from './course.js';
import { knownRate, type KnownRate, type RateEngine } from './rates.js';

/** Share of the rate of a single convolution that a whole step reaches; these four were fitted to bench/README.md. */
const EFFICIENCY = 0.85;
/** Seconds per layer and call that go into recording and starting operations, whatever their size. */
const OVERHEAD = 4e-4;
/** Bytes of weights, slots and gradients that an optimiser moves per second. */
const BANDWIDTH = 4e10;
/** Reads and writes of w, m, v and g per parameter. */
const OPTIMIZER_BYTES = 7 * 4;

/**
 * Seconds of one training step, from the engine's measured rate. On processors good to about a factor of 1.5. On
 * graphics processors, good to about a factor of 2, layers cost programs: so many each (see engine/card.ts), at what
 * one takes here.
 */
export function estimateStepSeconds(plan: Plan, { flops, programs }: Rate): number {
  const calls = Object.entries(plan.cost.calls).reduce((sum, [name, byUpdate]) => {
    const layers = plan.networks[name]?.layers.length ?? 0;
    return sum + layers * Object.values(byUpdate).reduce((a, b) => a + b, 0);
  }, 0);
  return (
    plan.cost.flopsPerStep / (flops * EFFICIENCY) +
    calls * (programs ? programs.perLayer * programs.seconds : OVERHEAD) +
    (plan.cost.parameters * OPTIMIZER_BYTES) / (programs?.bandwidth ?? BANDWIDTH)
  );
}

/** How long steps will take, and how that is known. */
export interface Duration {
  readonly seconds: number;
  /** Steps of the like were timed here, the oldest of them then; absent: guessed from a single convolution. */
  readonly known?: Pick<KnownRate, 'time'>;
}

/** Of what is left of a run after a step, by steps of the like that were timed here before; undefined where some were not. */
export async function knownDuration(
  { stretches }: Course<PhaseStretch>,
  step: number,
  engine: RateEngine,
): Promise<Duration | undefined> {
  let seconds = 0;
  let time = Date.now();
  for (const { from, to, phase } of stretches) {
    if (step >= to) continue;
    const rate = await knownRate(phase.plan, engine);
    if (!rate) return undefined;
    seconds += (to - Math.max(from, step)) * rate.seconds;
    time = Math.min(time, rate.time);
  }
  return { seconds, known: { time } };
}

/** The same, guessed from the engine's measured rate where steps of the like are not known. */
export async function estimateDuration(
  course: Course<PhaseStretch>,
  step: number,
  settings: RateEngine,
  engine: Engine,
): Promise<Duration> {
  const known = await knownDuration(course, step, settings);
  if (known) return known;
  const rate = await measureRate(engine);
  const seconds = course.stretches.reduce(
    (sum, { from, to, phase }) =>
      sum + Math.max(0, to - Math.max(from, step)) * estimateStepSeconds(phase.plan, rate),
    0,
  );
  return { seconds };
}

/** Checkpoints that are on the disk when a run of this length is done; the last step has one whether due or not. */
export function checkpointsKept({ every, keep }: CheckpointConfig, course: Course): number {
  const { unit, count } = parseDuration(every)!;
  const length = unit === 'steps' ? course.steps : course.epochsAt(course.steps);
  const made = Math.max(1, Math.ceil(length / count));
  return keep === 'all' ? made : Math.min(made, keep);
}
