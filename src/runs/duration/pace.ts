import type { StepEvent } from '../../core/events.js';
import type { Plan } from '../../plan/index.js';
import { keepRate, type RateEngine } from './rates.js';

/** Steps of a plan that are not counted: the first ones compile. */
export const WARM_UP = 3;
/** Fewer say too little. */
const MIN_STEPS = 5;

interface Sum {
  seen: number;
  seconds: number;
}

/** How fast a run's steps go, plan by plan, for the next estimate of the like. */
export class Pace {
  private readonly byPlan = new Map<Plan, Sum>();

  constructor(private readonly engine: RateEngine) {}

  step(plan: Plan, { ms }: Pick<StepEvent, 'ms'>): void {
    const sum = this.byPlan.get(plan) ?? { seen: 0, seconds: 0 };
    this.byPlan.set(plan, sum);
    sum.seen += 1;
    if (sum.seen > WARM_UP) sum.seconds += ms / 1000;
  }

  async keep(): Promise<void> {
    for (const [plan, { seen, seconds }] of this.byPlan) {
      const steps = seen - WARM_UP;
      if (steps >= MIN_STEPS) await keepRate(plan, this.engine, { seconds: seconds / steps, steps });
    }
  }
}
