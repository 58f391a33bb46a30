import type { Boundary, Registry } from '../../../registry/index.js';
import type { Plan } from '../../../plan/index.js';

/** A loss by which a discriminator learns to decide between real and fake. */
export interface Decision {
  /** `D/adversarial`. */
  readonly key: string;
  readonly update: string;
  readonly real: Boundary;
  readonly fake: Boundary;
}

/** The decisions of all phases, each once. */
export function decisionsOf(plans: readonly Plan[], registry: Registry): readonly Decision[] {
  const found = new Map<string, Decision>();
  for (const { updates } of plans) {
    for (const { name: update, losses } of Object.values(updates)) {
      for (const { name, config, params, operands } of losses) {
        const definition = registry.get('loss', config.type);
        if (definition.operands !== 'scores' || !operands['real'] || !operands['fake']) continue;
        const boundaries = definition.decides?.(params);
        const key = `${update}/${name}`;
        if (boundaries) found.set(key, { key, update, ...boundaries });
      }
    }
  }
  return [...found.values()];
}

/** Keys of the losses by which a generator learns to fool. */
export function foolingKeys(plans: readonly Plan[]): readonly string[] {
  const keys = plans.flatMap(({ updates }) =>
    Object.values(updates).flatMap(({ name: update, losses }) =>
      losses.filter(({ operands }) => operands['fool']).map(({ name }) => `${update}/${name}`),
    ),
  );
  return [...new Set(keys)];
}

/** Share of decisions that are right at the least, from their mean loss: see `decides` of a loss. */
export function rightAtLeast(mean: number, { boundary, least }: Boundary): number {
  return Math.min(1, Math.max(0, 1 - (mean - least) / (boundary - least)));
}
