import { type LayerDefinition, type Registry, ROLE_KEYWORD } from '../../registry/index.js';
import { asSchema, isSchema, rewriteSchema, type Schema } from './json.js';

/** Writes the registry's choices where a layer is chosen by role: `norm: batch`, or `{ type: instance, affine: true }`. */
export function resolveRoles(schema: Schema, registry: Registry): Schema {
  return rewriteSchema(schema, (part) => {
    if (!Array.isArray(part['anyOf'])) return part;
    const arms = (part['anyOf'] as Schema[]).flatMap((arm) => {
      const byName = arm[ROLE_KEYWORD];
      if (byName !== undefined)
        return [{ enum: [...layersOf(registry, byName).map(roleName).sort(), 'none'] }];
      const withKeys = typeOf(arm)?.[ROLE_KEYWORD];
      return withKeys === undefined ? [arm] : layersOf(registry, withKeys).map(layerSchema);
    });
    return { ...part, anyOf: arms };
  });
}

const layersOf = (registry: Registry, role: unknown): readonly LayerDefinition[] =>
  registry.all('layer').filter((layer) => layer.role === role);

/** What a recipe calls a layer in its role: `batch` for batch-norm. */
const roleName = (layer: LayerDefinition): string => layer.short ?? layer.type;

/** The schema of an object's key `type`. */
function typeOf(schema: Schema): Schema | undefined {
  const properties = schema['properties'];
  const type = isSchema(properties) ? properties['type'] : undefined;
  return isSchema(type) ? type : undefined;
}

/** A layer with keys; its defaults are filled in where it becomes a layer, and may not stand inside a choice. */
function layerSchema(layer: LayerDefinition): Schema {
  const own = rewriteSchema(asSchema(layer.params), ({ default: _default, ...part }) => part);
  const properties = {
    type: { const: roleName(layer), description: layer.summary },
    ...(own['properties'] as Schema),
  };
  return { type: 'object', properties, required: ['type'], additionalProperties: false };
}
