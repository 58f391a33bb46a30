import { Course, type Stretch } from '../../core/course.js';
import { stepsOf } from '../../core/due.js';
import { type Data, stepsPerEpoch } from '../../data/index.js';
import type { PhasePlan } from '../../plan/index.js';
import type { RunClock } from '../../trainers/index.js';

/** A phase as a stretch of the run. */
export interface PhaseStretch extends Stretch {
  readonly phase: PhasePlan;
}

/** The phases of a run in steps. @param data of the first: all have the same examples, in batches of their own. */
export function courseOf(
  phases: readonly PhasePlan[],
  data: Pick<Data, 'sources' | 'stepsPerEpoch'>,
): Course<PhaseStretch> {
  const largest = Math.max(...Object.values(data.sources).map(({ counts }) => counts['train'] ?? 0));
  let from = 0;
  const stretches = phases.map((phase, index): PhaseStretch => {
    const { batch } = phase.plan.recipe.train;
    const perEpoch = index === 0 ? data.stepsPerEpoch : stepsPerEpoch(largest, batch);
    const stretch = { phase, from, to: from + stepsOf(phase.for, perEpoch), stepsPerEpoch: perEpoch };
    from = stretch.to;
    return stretch;
  });
  return new Course(stretches);
}

/** The clocks of a phase's schedules. */
export function clockOf(course: Course<PhaseStretch>, { from, to, ...stretch }: PhaseStretch): RunClock {
  const { restarted } = stretch.phase;
  return {
    steps: course.steps,
    stepsPerEpoch: stretch.stepsPerEpoch,
    phase: { from, to, restarted },
    ...(course.stretches.length > 1 ? { stepsUntil: (duration) => course.stepsUntil(duration) } : {}),
  };
}
