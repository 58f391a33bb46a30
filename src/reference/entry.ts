import { type Kind, KINDS, type Kinds, type Registry, ROLE_KEYWORD } from '../registry/index.js';
import {
  choicesOf,
  commonKeys,
  describe,
  isSchema,
  KEYWORDS,
  roleChoices,
  type Schema,
  SECTION,
  sectionSchema,
  SHORT,
  TYPES,
} from '../recipe/schema/index.js';

/** One key of a definition as a reader wants it. */
export interface KeyEntry {
  readonly key: string;
  /** What its value may be, in words. */
  readonly value: string;
  /** As YAML; absent where the key must be written or has none. */
  readonly default?: string;
  readonly required: boolean;
  readonly description: string;
  /** true where all definitions of the kind have it. */
  readonly common: boolean;
}

/** A definition as reference pages and `gan describe` show it. */
export interface Entry {
  readonly kind: Kind;
  readonly type: string;
  /** Its short name as a choice of a block's key, where that differs. */
  readonly short?: string;
  readonly summary: string;
  readonly description?: string;
  readonly formula?: string;
  readonly paper?: string;
  readonly keys: readonly KeyEntry[];
  readonly example: Readonly<Record<string, unknown>>;
}

export function entryOf<K extends Kind>(registry: Registry, kind: K, definition: Kinds[K]): Entry {
  const { type, summary, description, formula, paper, example } = definition;
  const short = 'short' in definition ? definition.short : undefined;
  const schema = sectionSchema(kind, definition);
  const common = commonKeys(kind, definition);
  const required = (schema['required'] as readonly string[] | undefined) ?? [];
  const keys = Object.entries(schema['properties'] as Readonly<Record<string, Schema>>)
    .filter(([key]) => key !== 'type')
    .flatMap(([key, value]) =>
      keyEntries(registry, key, value, { common: common.has(key), required: required.includes(key) }),
    );
  return {
    kind,
    type,
    ...(short === undefined ? {} : { short }),
    summary,
    ...(description === undefined ? {} : { description }),
    ...(formula === undefined ? {} : { formula }),
    ...(paper === undefined ? {} : { paper }),
    // A reader looks for what is special about it first.
    keys: [...keys.filter((key) => !key.common), ...keys.filter((key) => key.common)],
    example,
  };
}

/** All entries of a kind, in alphabetical order. */
export const entriesOf = (registry: Registry, kind: Kind): readonly Entry[] =>
  registry.types(kind).map((type) => entryOf(registry, kind, registry.get(kind, type)));

export const allEntries = (registry: Registry): readonly Entry[] =>
  KINDS.flatMap((kind) => entriesOf(registry, kind));

type KeyUse = Pick<KeyEntry, 'common' | 'required'>;

/** A key, and below it those of the map, or of the maps of the list, that are allowed there: `output.channels`, `encoder[].id`. */
function keyEntries(registry: Registry, key: string, schema: Schema, use: KeyUse): readonly KeyEntry[] {
  const { default: fallback, description } = schema;
  const entry: KeyEntry = {
    key,
    value: valueText(registry, schema),
    ...(fallback === undefined ? {} : { default: inline(fallback) }),
    description: typeof description === 'string' ? description : '',
    common: use.common,
    required: use.required && fallback === undefined,
  };
  return [entry, ...below(registry, key, schema, use.common)];
}

function below(registry: Registry, key: string, schema: Schema, common: boolean): readonly KeyEntry[] {
  const { items, additionalProperties: named, properties } = schema;
  if (isSchema(items)) return below(registry, `${key}[]`, items, common);
  if (isSchema(named)) return below(registry, `${key}.NAME`, named, common);
  if (!isSchema(properties)) return [];
  const required = (schema['required'] as readonly string[] | undefined) ?? [];
  return Object.entries(properties as Readonly<Record<string, Schema>>).flatMap(([name, part]) =>
    keyEntries(registry, `${key}.${name}`, part, { common, required: required.includes(name) }),
  );
}

/** What a schema asks for, with the definitions that it chooses from by name. */
function valueText(registry: Registry, schema: Schema): string {
  const kind = (schema[SECTION] ?? schema[TYPES]) as Kind | undefined;
  if (kind !== undefined) return `a ${kind}: ${registry.types(kind).join(', ')}`;
  const arms = Array.isArray(schema['anyOf']) ? schema['anyOf'].filter(isSchema) : [];
  const role = arms.map((arm) => arm[ROLE_KEYWORD]).find((name) => name !== undefined);
  if (role !== undefined) {
    const names = roleChoices(registry, role).flatMap(choicesOf);
    return `${names.map((name) => `"${name}"`).join(', ')}, or a map with its keys`;
  }
  const plain = Object.fromEntries(
    Object.entries(schema).filter(([key]) => key === SHORT || !KEYWORDS.includes(key)),
  );
  return describe(plain);
}

/** A value on one line of YAML. */
export function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${inline(item)}`);
    return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  // A comma or a bracket would end the text.
  return /[,[\]{}#:&*!|>'"%@`]/.test(value) ? `'${value.replaceAll("'", "''")}'` : value;
}
