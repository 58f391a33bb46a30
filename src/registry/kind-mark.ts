import type { Kind } from './kind.js';

/** Known to every copy of this package in a process: the program is a bundle, and a plugin may import its own copy. */
const KIND = Symbol.for('gan-recipes.kind');

/** Notes on a definition which `define` helper made it. */
export function ofKind<D extends object>(kind: Kind, definition: D): D {
  Object.defineProperty(definition, KIND, { value: kind, configurable: true });
  return definition;
}

/** The kind of whatever a `define` helper made; undefined of anything else. */
export function kindOfDefinition(value: unknown): Kind | undefined {
  return typeof value === 'object' && value !== null && KIND in value
    ? (value as { readonly [KIND]: Kind })[KIND]
    : undefined;
}
