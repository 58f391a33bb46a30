import { SHORT } from '../schema/keywords.js';
import { isSchema, type Schema } from '../schema/json.js';

/** `"a", "b" or "c"`. */
export function either(choices: readonly string[]): string {
  return choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)!}`;
}

/** A value as messages show it, cut where it is long. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a map';
  if (typeof value === 'string') return `"${value.length > 60 ? `${value.slice(0, 57)}...` : value}"`;
  return JSON.stringify(value);
}

/** Texts that a schema accepts by listing them. */
export function choicesOf(schema: Schema): readonly string[] {
  const listed = [...((schema['enum'] as unknown[] | undefined) ?? []), schema['const']];
  return listed.filter((choice) => typeof choice === 'string');
}

/** `from 1 to 16`, `of at least 1`, `above 0`. */
function range(schema: Schema): string {
  const {
    minimum: low,
    maximum,
    exclusiveMinimum: above,
    exclusiveMaximum: below,
  } = schema as Readonly<Record<string, number | undefined>>;
  // The largest whole number that is exact is no limit worth naming.
  const high = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  if (low !== undefined && high !== undefined) return `from ${low} to ${high}`;
  const limits = { 'of at least': low, 'of at most': high, above, below };
  const named = Object.entries(limits).filter(([, limit]) => limit !== undefined);
  return named.map(([word, limit]) => `${word} ${limit!}`).join(' and ');
}

/** What a schema asks for: `a whole number of at least 1`, `"same"`, `a list`. */
export function describe(schema: Schema): string {
  const { [SHORT]: short, ...long } = schema;
  if (short !== undefined) return either([short as Schema, long].map(describe));
  const choices = choicesOf(schema);
  if (choices.length > 0) return either(choices.map((choice) => `"${choice}"`));
  if (Array.isArray(schema['anyOf'])) return either(schema['anyOf'].filter(isSchema).map(describe));
  switch (schema['type']) {
    case 'integer':
      return ['a whole number', range(schema)].join(' ').trim();
    case 'number':
      return ['a number', range(schema)].join(' ').trim();
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
      return 'a map of keys';
    default:
      return typeof schema['title'] === 'string' ? `a ${schema['title']}` : 'a text';
  }
}
