import { type Static, type TSchema, type TUnsafe, Type } from 'typebox';
import { NAME_PATTERN } from '../../core/call.js';
import type { Kind } from '../../registry/index.js';

/** Keyword with the schema of a short form: validation sees only the long form, editors see both. */
export const SHORT = 'x-short';

/** Keyword of a section: the value is checked by the schema of the definition that its `type` names. */
export const SECTION = 'x-section';

/** Keyword of a text that names a definition of a kind. */
export const TYPES = 'x-types';

/** Keyword of a list of keys that are required in the full form, and that a recipe may leave out: they follow from others. */
export const UNDERSTOOD = 'x-understood';

/** Keyword of a section that is merged over another: a recipe may write any part of it. */
export const OVERLAY = 'x-overlay';

export const KEYWORDS: readonly string[] = [SHORT, SECTION, TYPES, UNDERSTOOD, OVERLAY];

/** A value that is checked by its `type`: the schemas of all definitions of the kind. `T` is what they have in common. */
export const section = <T>(kind: Kind, description: string): TUnsafe<T> =>
  Type.Unsafe({ type: 'object', [SECTION]: kind, description });

/** A section that is merged over another of its kind, and whole after that. */
export const overlay = <T>(kind: Kind, description: string): TUnsafe<T> =>
  Type.Unsafe({ type: 'object', [SECTION]: kind, [OVERLAY]: true, description });

/** A map of things by name; their order never counts. */
export const named = <T extends TSchema>(
  value: T,
  options: { description: string; examples?: readonly unknown[]; default?: object; minProperties?: 1 },
): TUnsafe<Record<string, Static<T>>> =>
  Type.Unsafe({
    type: 'object',
    additionalProperties: value,
    propertyNames: { pattern: NAME_PATTERN },
    ...options,
  });
