import {
  type InitialiserDefinition,
  INIT_ROLE,
  type LayerDefinition,
  type Registry,
  ROLE_KEYWORD,
} from '../../registry/index.js';
import { asSchema, isSchema, rewriteSchema, type Schema } from './json.js';

type Chosen = LayerDefinition | InitialiserDefinition;

/**
 * What can be chosen by role: `norm: batch`, or with keys `norm: { type: instance, affine: true }`, of which some may be
 * chosen by another role in turn: `norm: { type: mine, init: he }`.
 * @param within roles around it, which are not chosen from again
 */
export function roleChoices(
  registry: Registry,
  role: unknown,
  within: readonly unknown[] = [],
): readonly Schema[] {
  const around = [...within, role];
  return choicesOf(registry, role).map((choice) =>
    resolveRoles(choice, (inner) => (around.includes(inner) ? [] : roleChoices(registry, inner, around))),
  );
}

function choicesOf(registry: Registry, role: unknown): readonly Schema[] {
  if (role === INIT_ROLE) return choices(registry.all('initialiser'), []);
  const layers = registry.all('layer').filter((layer) => layer.role === role);
  return choices(layers, ['none']);
}

function choices(definitions: readonly Chosen[], others: readonly string[]): readonly Schema[] {
  return [{ enum: [...definitions.map(roleName).sort(), ...others] }, ...definitions.map(choiceSchema)];
}

/** Roles that definitions of the registry have. */
export function rolesOf(registry: Registry): readonly string[] {
  const roles = registry.all('layer').flatMap((layer) => (layer.role === undefined ? [] : [layer.role]));
  return [...new Set([...roles, INIT_ROLE])].sort();
}

/** Writes the choices where the schema asks for a layer by role. `roleChoice` has an arm for names, one for maps. */
export function resolveRoles(schema: Schema, choices: (role: unknown) => readonly Schema[]): Schema {
  return rewriteSchema(schema, (part) => {
    if (!Array.isArray(part['anyOf'])) return part;
    const arms = (part['anyOf'] as Schema[]).flatMap((arm) => {
      if (arm[ROLE_KEYWORD] !== undefined) return choices(arm[ROLE_KEYWORD]);
      return typeOf(arm)?.[ROLE_KEYWORD] === undefined ? [arm] : [];
    });
    return { ...part, anyOf: arms };
  });
}

/** What a recipe calls a layer in its role: `batch` for batch-norm. */
const roleName = (definition: Chosen): string =>
  ('short' in definition ? definition.short : undefined) ?? definition.type;

/** The schema of an object's key `type`. */
function typeOf(schema: Schema): Schema | undefined {
  const properties = schema['properties'];
  const type = isSchema(properties) ? properties['type'] : undefined;
  return isSchema(type) ? type : undefined;
}

/** A choice with keys. Its defaults are filled in where it is used: ajv takes none inside a choice. */
function choiceSchema(chosen: Chosen): Schema {
  const params = asSchema(chosen.params.properties) as Readonly<Record<string, Schema>>;
  const optional = rewriteSchema(asSchema(chosen.params), ({ default: _default, ...part }) => part);
  const required = (chosen.params.required as readonly string[] | undefined) ?? [];
  return {
    type: 'object',
    properties: {
      type: { const: roleName(chosen), description: chosen.summary },
      ...(optional['properties'] as Schema),
    },
    required: ['type', ...required.filter((key) => params[key]?.['default'] === undefined)],
    additionalProperties: false,
  };
}
