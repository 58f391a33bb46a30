import { format, parse } from 'node:path';
import type { Plan } from '../types.js';
import { drawPlan } from './plan.js';

/** The pictures of a run's phases by file: `name.svg` itself of the only one, `name-<phase>.svg` of each of several. */
export function drawPhases(
  phases: readonly { readonly id: string; readonly plan: Plan }[],
  file: string,
): [file: string, svg: string][] {
  const { dir, name, ext } = parse(file);
  return phases.map(({ id, plan }) => [
    phases.length === 1 ? file : format({ dir, name: `${name}-${id}`, ext }),
    drawPlan(plan),
  ]);
}
