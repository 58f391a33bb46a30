import { changeCodes } from './changes.js';
import type { Code } from './code.js';
import { formCodes } from './form.js';
import { gameCodes } from './game.js';
import { planCodes } from './plan.js';
import { warningCodes } from './warnings.js';
import { yamlCodes } from './yaml.js';

export type { Code, Example } from './code.js';

/** Codes by the heading of the page that they stand under. */
export const CODE_GROUPS: Readonly<Record<string, Readonly<Record<string, Code>>>> = {
  'The text': yamlCodes,
  'Keys and values': formCodes,
  'Names and the game': gameCodes,
  'Changes, phases, ablations': changeCodes,
  Shapes: planCodes,
  Warnings: warningCodes,
};

/** Every code that findings have, with what it stands for. */
export const CODES: Readonly<Record<string, Code>> = Object.assign(
  {},
  ...Object.values(CODE_GROUPS),
) as Record<string, Code>;
