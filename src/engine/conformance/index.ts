import type { Family } from './case.js';
import { convolutions } from './convolutions.js';
import { elementwise } from './elementwise.js';
import { images } from './images.js';
import { indexing } from './indexing.js';
import { linear } from './linear.js';
import { normalisation } from './normalisation.js';
import { gradientPenalties } from './penalties.js';
import { programs } from './programs.js';
import { reductions } from './reductions.js';
import { shapes } from './shapes.js';
import { updateRules } from './update-rules.js';

export type { Family } from './case.js';
export { conform, difference, type Verdict } from './conform.js';

/** What every engine must do as `cpu` does it: run by the test suite and by `gan engine test`. */
export const families: readonly Family[] = [
  elementwise,
  reductions,
  shapes,
  indexing,
  linear,
  convolutions,
  images,
  normalisation,
  programs,
  updateRules,
  gradientPenalties,
];
