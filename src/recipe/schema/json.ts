/** A JSON Schema as data. */
export type Schema = Readonly<Record<string, unknown>>;

/** TypeBox's values are JSON Schemas; this tells the compiler. */
export const asSchema = (schema: object): Schema => ({ ...schema });

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keywords whose value is one schema, a list of them, or a map of them by name. */
const ONE = ['additionalProperties', 'items', 'propertyNames', 'if', 'then', 'else', 'not'];
const LIST = ['anyOf', 'oneOf', 'allOf'];
const MAP = ['properties', 'patternProperties', '$defs'];

/** Rewrites a schema from its leaves up: `visit` gets each schema after its parts. */
export function rewriteSchema(schema: Schema, visit: (schema: Schema) => Schema): Schema {
  const walk = (value: unknown): unknown => (isSchema(value) ? rewriteSchema(value, visit) : value);
  const parts = Object.entries(schema).map(([key, value]) => {
    if (ONE.includes(key)) return [key, walk(value)];
    if (LIST.includes(key) && Array.isArray(value)) return [key, value.map(walk)];
    if (MAP.includes(key) && isSchema(value)) {
      return [key, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, walk(part)]))];
    }
    return [key, value];
  });
  return visit(Object.fromEntries(parts) as Schema);
}
