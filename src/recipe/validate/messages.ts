import type { ErrorObject } from 'ajv';
import type { Node, Path } from '../read/node.js';
import { isSchema, type Schema } from '../schema/json.js';
import { SECTION } from '../schema/keywords.js';
import { cut, suggest } from '../messages/suggest.js';
import { choicesOf, describe, either, show } from './describe.js';
import { constOf } from './merge-errors.js';
import { capital, subject } from './subject.js';

/** A finding of ajv in the words of the language. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly remedy?: string | undefined;
  /** The value it is about; with `key`, the key. */
  readonly path: Path;
  readonly key?: boolean;
}

/**
 * @param path of the section that was checked, which the error's own is below.
 * @param holders of a key that the section has not: other types of its kind that have it.
 */
export function explain(
  error: ErrorObject,
  path: Path,
  root: Node,
  holders?: (key: string) => readonly string[],
): Finding {
  const at = [...path, ...pointer(error.instancePath)];
  const schema = (error.parentSchema ?? {}) as Schema;
  const name = valueName(at);
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = (error.params as { additionalProperty: string }).additionalProperty;
      const keys = Object.keys((schema['properties'] as Schema | undefined) ?? {});
      const own = key.includes('.') ? asMaps(key) : suggest(key, keys, 'Keys');
      const others = at.length === path.length ? (holders?.(key) ?? []) : [];
      const remedy = others.length === 0 ? own : `${own ?? ''} "${key}" is a key of ${cut(others)}.`.trim();
      return {
        code: 'unknown-key',
        message: `"${key}" is not a key of ${subject(root, at)}.`,
        remedy,
        path: [...at, key],
        key: true,
      };
    }
    case 'required': {
      const key = (error.params as { missingProperty: string }).missingProperty;
      const message = `${capital(subject(root, at))} needs "${key}".`;
      return { code: 'missing-key', message, remedy: meaning(key, schema), path: at, key: true };
    }
    case 'propertyNames': {
      const key = (error.params as { propertyName: string }).propertyName;
      const remedy = 'A name is a letter, then letters, digits and _.';
      return { code: 'bad-name', message: `"${key}" is not a name.`, remedy, path: [...at, key], key: true };
    }
    case 'anyOf':
    case 'enum':
    case 'const':
    case 'type':
    case 'pattern':
    case 'minLength':
      return { ...unfit(error.data, schema, name), path: at };
    case 'minItems':
    case 'minProperties':
      return { code: 'too-few', message: `${name} needs at least one entry.`, path: at };
    case 'uniqueItems':
      return { code: 'twice', message: `${name} has an entry twice.`, path: at };
    default:
      return {
        code: 'out-of-range',
        message: `${name} must be ${describe(schema)}, not ${show(error.data)}.`,
        path: at,
      };
  }
}

/** A path where keys stand. */
function asMaps(path: string): string {
  const [first = '', ...rest] = path.split('.');
  const nested = rest.reduceRight((value, key) => `{ ${key}: ${value} }`, '...');
  return `Paths with dots are for --set, phases and ablations; here write ${first}: ${nested}.`;
}

/** What a value is called beside its caret: by its key, or by its number in a list. */
function valueName(path: Path): string {
  const last = String(path.at(-1) ?? 'the recipe');
  return /^[0-9]+$/.test(last) ? `Entry ${Number(last) + 1} of "${String(path.at(-2))}"` : `"${last}"`;
}

/** `/data/pairs/fields` in steps. */
function pointer(text: string): Path {
  const steps = text.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What a missing key is for: its description and an example. */
function meaning(key: string, schema: Schema): string | undefined {
  const property = (schema['properties'] as Record<string, Schema> | undefined)?.[key];
  if (typeof property?.['description'] !== 'string') return undefined;
  const [example] = (property['examples'] as unknown[] | undefined) ?? [];
  const shown = ['string', 'number'].includes(typeof example) ? ` Example: ${key}: ${String(example)}.` : '';
  return `${key}: ${property['description']}${shown}`;
}

/** A value that is of the wrong type, or none of the choices, or not in a text's form. */
function unfit(value: unknown, schema: Schema, name: string): Omit<Finding, 'path'> {
  const arms = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isSchema) : [schema];
  const byType = arms.map((arm) => constOf(arm, 'type')).filter((type) => typeof type === 'string');
  if (isSchema(value) && typeof value['type'] === 'string' && byType.length > 0) {
    return {
      code: 'unknown-choice',
      message: `"${value['type']}" is not a choice for ${name}.`,
      remedy: suggest(value['type'], byType, 'Choices'),
    };
  }
  const isQuoted =
    typeof value === 'string' &&
    value.trim() !== '' &&
    Number.isFinite(Number(value)) &&
    arms.some((arm) => arm['type'] === 'number' || arm['type'] === 'integer');
  const choices = arms.flatMap(choicesOf);
  if (typeof value === 'string' && choices.length > 0 && !isQuoted) {
    const others = arms
      .filter((arm) => choicesOf(arm).length === 0 && arm['type'] !== 'object')
      .map(describe);
    const listed = suggest(value, choices, 'Choices');
    const remedy = others.length === 0 ? listed : `${listed ?? ''} Or ${either(others)}.`;
    return { code: 'unknown-choice', message: `"${value}" is not a choice for ${name}.`, remedy };
  }
  const title = schema['title'];
  const examples = schema['examples'];
  if (schema['type'] === 'string' && typeof title === 'string' && Array.isArray(examples)) {
    return {
      code: `bad-${title.split(' ')[0]!}`,
      message: `${show(value)} is not a ${title}.`,
      remedy: `Write it as, for example, ${either(examples.map(String))}.`,
    };
  }
  const isTyped = typeof value === 'string' && SECTION in schema;
  const remedy = isQuoted
    ? 'Remove the quotes.'
    : isTyped
      ? `Write ${name.replaceAll('"', '')}: { type: ${value} }.`
      : undefined;
  return { code: 'wrong-type', message: `${name} must be ${describe(schema)}, not ${show(value)}.`, remedy };
}
