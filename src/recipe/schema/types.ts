import type { Static, TObject, TProperties } from 'typebox';
import type { Json } from '../../core/json.js';

/** A value that is never changed, at any depth; Json itself is that already. */
export type Frozen<T> = [Json] extends [T]
  ? T
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T;

/** A section of a recipe that is checked by its `type`: the keys that its kind has in common, and the definition's own. */
export type SectionOf<Keys extends TProperties | undefined = undefined> = {
  readonly type: string;
} & (Keys extends TProperties ? Frozen<Static<TObject<Keys>>> : unknown) & { readonly [param: string]: Json };
