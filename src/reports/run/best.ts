import type { Curves } from '../charts/curves.js';
import type { Registry } from '../../registry/index.js';

export interface Best {
  readonly value: number;
  readonly step: number;
}

/** The best finite value of a metric, which `val/l1` names by its last word; undefined where the metric has no better direction. */
export function bestOf(metrics: Curves, name: string, registry: Registry): Best | undefined {
  const better = directionOf(name, registry);
  if (!better) return undefined;
  const { steps, values } = metrics.points(name);
  let best: Best | undefined;
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const isBetter = !best || (better === 'lower' ? value < best.value : value > best.value);
    if (isBetter) best = { value, step: steps[i]! };
  });
  return best;
}

export function directionOf(metric: string, registry: Registry): 'lower' | 'higher' | undefined {
  return registry.find('metric', metric.slice(metric.lastIndexOf('/') + 1))?.better;
}
