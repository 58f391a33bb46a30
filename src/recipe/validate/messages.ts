import type { ErrorObject } from 'ajv';
import type { Node, Path } from '../read/node.js';
import { isSchema, type Schema } from '../schema/json.js';
import { SECTION } from '../schema/keywords.js';
import { type Message, say } from '../messages/codes/index.js';
import { choicesOf, describe } from './describe.js';
import { constOf } from './merge-errors.js';
import { subject } from './subject.js';

/** A finding of ajv in the words of the language. */
export interface Finding {
  readonly message: Message;
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
      const others = at.length === path.length ? (holders?.(key) ?? []) : [];
      const message = say('unknown-key', { key, of: subject(root, at), keys, holders: others });
      return { message, path: [...at, key], key: true };
    }
    case 'required': {
      const key = (error.params as { missingProperty: string }).missingProperty;
      return {
        message: say('missing-key.key', subject(root, at), key, purposeOf(key, schema)),
        path: at,
        key: true,
      };
    }
    case 'propertyNames': {
      const key = (error.params as { propertyName: string }).propertyName;
      return { message: say('bad-name.key', key), path: [...at, key], key: true };
    }
    case 'anyOf':
    case 'enum':
    case 'const':
    case 'type':
    case 'pattern':
    case 'minLength':
      return { message: unfit(error.data, schema, name), path: at };
    case 'minItems':
    case 'minProperties':
      return { message: say('too-few', name), path: at };
    case 'uniqueItems':
      return { message: say('twice.entry', name), path: at };
    default:
      return { message: say('out-of-range.value', name, describe(schema), error.data), path: at };
  }
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
export function purposeOf(key: string, schema: Schema): string | undefined {
  const property = (schema['properties'] as Record<string, Schema> | undefined)?.[key];
  if (typeof property?.['description'] !== 'string') return undefined;
  const [example] = (property['examples'] as unknown[] | undefined) ?? [];
  const shown = ['string', 'number'].includes(typeof example) ? ` Example: ${key}: ${String(example)}.` : '';
  return `${key}: ${property['description']}${shown}`;
}

/** First words of the titles of texts that have a form, each with a code of its own. */
const FORMS = ['name', 'duration', 'call', 'file'] as const;

/** A value that is of the wrong type, or none of the choices, or not in a text's form. */
function unfit(value: unknown, schema: Schema, name: string): Message {
  const arms = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isSchema) : [schema];
  const byType = arms.map((arm) => constOf(arm, 'type')).filter((type) => typeof type === 'string');
  if (isSchema(value) && typeof value['type'] === 'string' && byType.length > 0)
    return say('unknown-choice', name, value['type'], byType, []);
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
    return say('unknown-choice', name, value, choices, others);
  }
  const title = schema['title'];
  const examples = schema['examples'];
  if (schema['type'] === 'string' && typeof title === 'string' && Array.isArray(examples)) {
    const form = FORMS.find((each) => each === title.split(' ')[0]);
    if (form) return say(`bad-${form}.text`, value, title, examples.map(String));
  }
  const isTyped = typeof value === 'string' && SECTION in schema;
  const remedy = isQuoted
    ? 'Remove the quotes.'
    : isTyped
      ? `Write ${name.replaceAll('"', '')}: { type: ${value} }.`
      : undefined;
  return say('wrong-type.value', name, describe(schema), value, remedy);
}
