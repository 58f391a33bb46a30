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

function range(schema: Schema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema as Record<
    string,
    number | undefined
  >;
  const low =
    minimum === undefined
      ? exclusiveMinimum === undefined
        ? ''
        : `above ${exclusiveMinimum}`
      : `of at least ${minimum}`;
  const high =
    maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
      ? exclusiveMaximum === undefined
        ? ''
        : `below ${exclusiveMaximum}`
      : `of at most ${maximum}`;
  return [low, high].filter((part) => part !== '').join(' and ');
}

/** What a schema asks for: `a whole number of at least 1`, `"same"`, `a list`. */
export function describe(schema: Schema): string {
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
