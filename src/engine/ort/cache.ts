import type { Plan } from './plan.js';

/** Plans kept at most. Each holds a session, and a session the memory of its largest run. */
const CAPACITY = 24;

/** Compiled plans by signature; the least recently used is released when there are too many. */
export class PlanCache {
  private readonly plans = new Map<string, Plan>();

  /** The plan of a signature, compiled if need be. */
  get(signature: string, compile: () => Plan): Plan {
    const known = this.plans.get(signature);
    const plan = known ?? compile();
    this.plans.delete(signature);
    this.plans.set(signature, plan); // a Map keeps insertion order: now the most recent
    if (this.plans.size > CAPACITY) this.release(this.plans.keys().next().value!);
    return plan;
  }

  /** Whether a plan is still kept, as the most recent one then. */
  touch(signature: string, plan: Plan): boolean {
    if (this.plans.get(signature) !== plan) return false;
    this.plans.delete(signature);
    this.plans.set(signature, plan);
    return true;
  }

  clear(): void {
    for (const signature of [...this.plans.keys()]) this.release(signature);
  }

  private release(signature: string): void {
    this.plans.get(signature)?.session?.release();
    this.plans.delete(signature);
  }
}
