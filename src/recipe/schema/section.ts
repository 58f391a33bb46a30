import { type TProperties, Type } from 'typebox';
import type { Kind, Kinds } from '../../registry/index.js';
import { asSchema, type Schema } from './json.js';
import { lossKeys } from './loss.js';
import { networkKeys } from './network.js';
import { optimizerKeys } from './optimizer.js';
import { sourceKeys } from './source.js';

/** Keys that all of a kind share, `type` aside. */
const COMMON: { readonly [K in Kind]: (definition: Kinds[K]) => TProperties } = {
  dataset: sourceKeys,
  network: () => networkKeys,
  loss: lossKeys,
  optimizer: () => optimizerKeys,
  layer: () => ({
    id: Type.Optional(Type.String({ description: 'Name of the layer; its variables are named by it.' })),
    from: Type.Optional(
      Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })], {
        description: 'Ids of the layers it reads, or `input`; default: the layer above.',
      }),
    ),
  }),
  metric: () => ({}),
  schedule: () => ({}),
  tensor: () => ({}),
  initialiser: () => ({}),
};

const commonKeysOf = new WeakMap<object, ReadonlySet<string>>();

/** Keys of a definition's section in a recipe that all of its kind have. */
export function commonKeys<K extends Kind>(kind: K, definition: Kinds[K]): ReadonlySet<string> {
  let keys = commonKeysOf.get(definition);
  if (!keys)
    commonKeysOf.set(definition, (keys = new Set(['type', ...Object.keys(COMMON[kind](definition))])));
  return keys;
}

/** The keys that are allowed beside `type: T`: those of the kind and the definition's own. Roles are not resolved. */
export function sectionSchema<K extends Kind>(kind: K, definition: Kinds[K]): Schema {
  const params = definition.params.properties;
  const common = COMMON[kind](definition);
  const clash = Object.keys(params).find((key) => key === 'type' || key in common);
  if (clash !== undefined)
    throw new Error(`${kind} "${definition.type}" declares the common key "${clash}".`);
  const schema = Type.Object(
    { type: Type.Literal(definition.type, { description: definition.summary }), ...common, ...params },
    {
      additionalProperties: false,
      title: definition.type,
      description: definition.description ?? definition.summary,
    },
  );
  return asSchema(schema);
}
