import { Type } from 'typebox';
import { DURATION_PATTERN } from '../../core/duration.js';

/** Texts of the language that have a grammar of their own. `title` is what messages call them. */
export const duration = (options: { description: string; default?: string; examples?: string[] }) =>
  Type.String({
    title: 'duration',
    pattern: DURATION_PATTERN,
    examples: ['200 epochs', '500 steps'],
    ...options,
  });

/** A duration that counts steps only. */
export const steps = (options: { description: string; default?: string }) =>
  Type.String({
    title: 'duration in steps',
    pattern: '^[1-9][0-9]* steps?$',
    examples: ['5 steps', '16 steps'],
    ...options,
  });

export const call = (description: string, examples: string[] = ['D(source, fake)']) =>
  Type.String({ title: 'call', minLength: 1, description, examples });

export const integer = (
  minimum: number,
  options: { description: string; default?: number; examples?: number[] },
) => Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER, ...options });
