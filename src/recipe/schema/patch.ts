import type { Kind } from '../../registry/index.js';
import { isSchema, rewriteSchema, type Schema } from './json.js';

/** The schema of a change to what the schema describes: nothing is required, and `null` takes a key out. */
export function patchOf(schema: Schema): Schema {
  return rewriteSchema(schema, (part) => {
    const { required: _required, default: _default, minProperties: _min, ...rest } = part;
    const patch: Record<string, unknown> = rest;
    const reference = patch['$ref'];
    // A choice by role is one value, and is replaced as a whole; what is merged over another is a change already.
    if (typeof reference === 'string' && !/^#\/\$defs\/(role|patch)\./.test(reference))
      patch['$ref'] = reference.replace('#/$defs/', '#/$defs/patch.');
    if (isSchema(patch['properties']))
      patch['properties'] = orNull(patch['properties'] as Record<string, Schema>);
    if (isSchema(patch['additionalProperties']))
      patch['additionalProperties'] = nullable(patch['additionalProperties']);
    return hasIds(patch['items']) ? listOrById(patch) : patch;
  });
}

const nullable = (schema: Schema): Schema => {
  const { title, description, examples, ...form } = schema;
  const notes = Object.entries({ title, description, examples }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(notes), anyOf: [form, { type: 'null' }] };
};

const orNull = (properties: Readonly<Record<string, Schema>>): Schema =>
  Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, key === 'type' ? value : nullable(value)]),
  );

function hasIds(items: unknown): boolean {
  if (!isSchema(items)) return false;
  return (
    items['$ref'] === '#/$defs/patch.layer' || (isSchema(items['properties']) && 'id' in items['properties'])
  );
}

/** A map that is merged over a list changes its entries by `id`. */
function listOrById(list: Schema): Schema {
  const { description, title, examples, ...form } = list;
  const notes = Object.entries({ title, description, examples }).filter(([, value]) => value !== undefined);
  const byId = { type: 'object', additionalProperties: nullable(list['items'] as Schema) };
  return { ...Object.fromEntries(notes), anyOf: [form, byId] };
}

/** A change to a section: with `type` keys of that definition, without it keys of any. */
export function patchSection(kind: Kind, byType: Readonly<Record<string, Schema>>): Schema {
  const types = Object.keys(byType).sort();
  const forms = new Map<string, Map<string, Schema>>();
  for (const type of types) {
    const properties =
      (patchOf(byType[type]!)['properties'] as Readonly<Record<string, Schema>> | undefined) ?? {};
    for (const [key, value] of Object.entries(properties)) {
      if (key === 'type') continue;
      forms.set(key, (forms.get(key) ?? new Map<string, Schema>()).set(JSON.stringify(value), value));
    }
  }
  const properties = [...forms].map(([key, values]) => {
    const [first, ...others] = [...values.values()];
    return [key, others.length === 0 ? first! : { anyOf: [first!, ...others] }] as const;
  });
  const like = kind === 'network' ? { like: { type: 'string' } } : {};
  return {
    type: 'object',
    if: { required: ['type'] },
    then: {
      properties: { type: { enum: types } },
      allOf: types.map((type) => ({
        if: { properties: { type: { const: type } }, required: ['type'] },
        then: { $ref: `#/$defs/patch.${kind}.${type}` },
      })),
    },
    else: { properties: { ...Object.fromEntries(properties), ...like }, additionalProperties: false },
  };
}
