import { rehearsalOf } from '../engine/index.js';
import type { Plan } from '../plan/index.js';
import type { Registry } from '../registry/index.js';
import { rehearse } from '../trainers/index.js';

/** Finds out whether an engine can do what the plan's steps take, before data is read or anything is written. */
export async function rehearseOn(engine: string, plan: Plan, registry: Registry): Promise<void> {
  const rehearsal = await rehearsalOf(engine);
  if (!rehearsal) return;
  try {
    await rehearse(plan, registry, rehearsal);
  } finally {
    rehearsal.close();
  }
}
