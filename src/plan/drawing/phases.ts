import type { Plan } from '../types.js';
import { drawPlan } from './plan.js';
import type { Outline } from './svg.js';

/** Where a file's name ends and its extension, if it has one, begins. */
const EXTENSION = /(?<=[^/\\])\.[^./\\]*$|$/;

/** The pictures of a run's phases by file: `name.svg` itself of the only one, `name-<phase>.svg` of each of several. */
export const drawPhases = (
  phases: readonly { readonly id: string; readonly plan: Plan }[],
  file: string,
  outline: Outline,
): [file: string, svg: string][] =>
  phases.map(({ id, plan }) => [
    phases.length === 1 ? file : file.replace(EXTENSION, (extension) => `-${id}${extension}`),
    drawPlan(plan, outline),
  ]);
