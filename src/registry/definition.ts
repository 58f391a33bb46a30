import type { Static, TObject } from 'typebox';

/**
 * What every definition says of itself. Its schema, its rules, its build and its documentation stand in one file;
 * the reference pages, the JSON Schemas and the contract tests are made from these values.
 */
export interface Definition<P extends TObject = TObject> {
  /** The name a recipe uses: kebab-case, the field's standard term. */
  readonly type: string;
  /** One sentence. */
  readonly summary: string;
  /** More, where a sentence is not enough: formula, ranges, what it is used for. */
  readonly description?: string;
  /** What it computes, as plain text; names are those of its keys and operands. The reference pages print it. */
  readonly formula?: string;
  /** Where it comes from, e.g. `arXiv:1611.07004`. */
  readonly paper?: string;
  /** Its own keys beside those that all of its kind share. Strict, each key described, defaults stated. */
  readonly params: P;
  /** As it stands in a recipe; validated by the contract tests. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** A definition's own keys after defaults were filled in. */
export type ParamsOf<P extends TObject> = Readonly<Static<P>>;

/** A section's keys that are its definition's own, without those that all of its kind share. */
export function ownParams(
  definition: Definition,
  section: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(section).filter(([key]) => key in definition.params.properties));
}
