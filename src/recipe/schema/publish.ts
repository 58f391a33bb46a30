import { type Kind, KINDS, type Registry } from '../../registry/index.js';
import { asSchema, isSchema, rewriteSchema, type Schema } from './json.js';
import { KEYWORDS, OVERLAY, SECTION, SHORT, TYPES, UNDERSTOOD } from './keywords.js';
import { patchOf, patchSection } from './patch.js';
import { ablationSkeleton } from './ablation.js';
import { recipeSkeleton } from './recipe.js';
import { resolveRoles, roleChoices, rolesOf } from './roles.js';
import { sectionSchema } from './section.js';

/** Files of `schemas/` by name: generated, committed, and what editors complete and explain recipes by. */
export function schemaFiles(registry: Registry): Readonly<Record<string, string>> {
  const print = (schema: Schema): string => `${JSON.stringify(schema, null, 2)}\n`;
  return {
    'ablation.schema.json': print(ablationSchema(registry)),
    'recipe.schema.json': print(recipeSchema(registry)),
  };
}

/** JSON Schema (draft 2020-12) of an ablation as it is written. */
export function ablationSchema(registry: Registry): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...written(asSchema(ablationSkeleton), registry),
    title: 'Ablation of a GAN experiment',
    description: 'A base recipe and what is varied about it: all axes are crossed.',
  };
}

/** JSON Schema (draft 2020-12) of a recipe as it is written: short forms allowed, and with `extends` any part of one. */
export function recipeSchema(registry: Registry): Schema {
  const definitions: Record<string, Schema> = {};
  for (const role of rolesOf(registry))
    definitions[`role.${role}`] = { anyOf: explained(roleChoices(registry, role)) };
  for (const kind of KINDS) {
    // Chosen by role, and published there.
    if (kind === 'initialiser') continue;
    const byType: Record<string, Schema> = {};
    for (const definition of registry.all(kind)) {
      const schema = resolveRoles(sectionSchema(kind, definition), (role) => [
        { $ref: `#/$defs/role.${String(role)}` },
      ]);
      const isLowest = kind === 'network' && !('expand' in definition);
      const whole = { ...(isLowest ? withLayers(schema) : schema), examples: [definition.example] };
      byType[definition.type] = written(whole, registry);
    }
    for (const [type, schema] of Object.entries(byType)) {
      definitions[`${kind}.${type}`] = withDefaultsDescribed(schema);
      definitions[`patch.${kind}.${type}`] = patchOf(schema);
    }
    const chosen = chosenByType(kind, typeChoices(registry, kind));
    definitions[kind] = kind === 'network' ? likeOr(chosen) : chosen;
    definitions[`patch.${kind}`] = patchSection(kind, byType);
  }
  const full = written(asSchema(recipeSkeleton), registry);
  definitions['recipe'] = withDefaultsDescribed(withKeys(full, {}));
  const extending = {
    extends: { type: 'string', title: 'extends', description: 'The recipe file that this one changes.' },
  };
  definitions['patch'] = withKeys(patchOf(full), extending);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Recipe of a GAN experiment',
    description: 'Data, networks, the game they play, optimisers, how long, what is measured.',
    type: 'object',
    if: { required: ['extends'] },
    then: { $ref: '#/$defs/patch' },
    else: { $ref: '#/$defs/recipe' },
    $defs: definitions,
  };
}

/** The lowest kind of network lists layers: each is a layer by its type. */
function withLayers(schema: Schema): Schema {
  return rewriteSchema(schema, (part) =>
    part['type'] === 'array' && isSchema(part['items']) && part['items']['additionalProperties'] === true
      ? { ...part, items: { type: 'object', [SECTION]: 'layer' } }
      : part,
  );
}

/** The schema with the keywords of this project turned into those that editors know. */
function written(schema: Schema, registry: Registry): Schema {
  return rewriteSchema(schema, (part) => {
    const { [SECTION]: kind, [TYPES]: types, [SHORT]: short, [UNDERSTOOD]: understood } = part;
    const changes = OVERLAY in part ? 'patch.' : '';
    let plain = Object.fromEntries(Object.entries(part).filter(([key]) => !KEYWORDS.includes(key))) as Schema;
    if (kind !== undefined)
      plain = { ...withoutKeys(plain, ['type']), $ref: `#/$defs/${changes}${kind as Kind}` };
    if (types !== undefined) plain = { ...plain, ...typeChoices(registry, types as Kind) };
    plain = titled(optional(plain, understood));
    return short === undefined ? plain : eitherForm(short as Schema, plain, registry);
  });
}

/** Names to choose from, each with what it is, by the keyword that editors know. */
const choice = (names: readonly (readonly [name: string, description: string])[]): Schema => ({
  enum: names.map(([name]) => name),
  enumDescriptions: names.map(([, description]) => description),
});

/** The types of a kind. */
const typeChoices = (registry: Registry, kind: Kind): Schema =>
  choice(registry.types(kind).map((type) => [type, registry.get(kind, type).summary] as const));

/** Choices by role: names that stand alone are explained as their long forms are. */
function explained(arms: readonly Schema[]): readonly Schema[] {
  const summaries = new Map(
    arms.flatMap(({ properties }) => {
      const type = isSchema(properties) ? (properties['type'] as Schema) : undefined;
      return type ? [[type['const'], type['description'] as string] as const] : [];
    }),
  );
  return arms.map((arm) =>
    Array.isArray(arm['enum'])
      ? choice((arm['enum'] as string[]).map((name) => [name, summaries.get(name) ?? 'No such layer.']))
      : arm,
  );
}

/** Editors show descriptions and no defaults: each key with a default of one value says so in its description. */
function withDefaultsDescribed(schema: Schema): Schema {
  return rewriteSchema(schema, (part) => {
    const { description, default: fallback } = part;
    if (typeof description !== 'string' || !['string', 'number', 'boolean'].includes(typeof fallback))
      return part;
    return { ...part, description: `${description} Default: ${String(fallback)}` };
  });
}

function eitherForm(short: Schema, long: Schema, registry: Registry): Schema {
  const { description, examples, default: fallback, ...form } = long;
  const shared = Object.entries({ description, examples, default: fallback }).filter(
    ([, value]) => value !== undefined,
  );
  const shortForm = written(short, registry);
  // Editors show the description of the form that was written: each gets the whole text.
  const text = [description, shortForm['description']].filter((part) => typeof part === 'string').join(' ');
  const arms = [
    text === '' ? shortForm : { ...shortForm, description: text },
    description === undefined ? form : { description, ...form },
  ];
  return { anyOf: arms, ...Object.fromEntries(shared) };
}

/** A key that has a default, or follows from elsewhere, need not be written. */
function optional(schema: Schema, understood: unknown): Schema {
  const properties = schema['properties'] as Readonly<Record<string, Schema>> | undefined;
  if (!properties) return schema;
  const left = (understood as readonly string[] | undefined) ?? [];
  const required = ((schema['required'] as string[] | undefined) ?? []).filter(
    (key) => properties[key]?.['default'] === undefined && !left.includes(key),
  );
  return { ...withoutKeys(schema, ['required']), ...(required.length > 0 ? { required } : {}) };
}

/** Each property without a title is titled by its key. */
function titled(schema: Schema): Schema {
  const properties = schema['properties'] as Readonly<Record<string, Schema>> | undefined;
  if (!properties) return schema;
  const entries = Object.entries(properties).map(([key, value]) => [
    key,
    { title: key.replaceAll('_', ' '), ...value },
  ]);
  return { ...schema, properties: Object.fromEntries(entries) as Schema };
}

/** A section: its `type` says which definition's schema holds. */
function chosenByType(kind: Kind, types: Schema): Schema {
  return {
    type: 'object',
    required: ['type'],
    properties: { type: types },
    allOf: (types['enum'] as readonly string[]).map((type) => ({
      if: { properties: { type: { const: type } }, required: ['type'] },
      then: { $ref: `#/$defs/${kind}.${type}` },
    })),
  };
}

/** A network may be `like` another instead, with any keys laid over that one's. */
function likeOr(network: Schema): Schema {
  return {
    if: { required: ['like'] },
    then: {
      properties: {
        like: {
          type: 'string',
          title: 'like',
          description: 'The network whose architecture it has, with weights of its own.',
        },
      },
      $ref: '#/$defs/patch.network',
    },
    else: network,
  };
}

function withKeys(schema: Schema, keys: Schema): Schema {
  const properties = { ...keys, ...(schema['properties'] as Schema) };
  return { ...schema, properties };
}

const withoutKeys = (schema: Schema, keys: readonly string[]): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
