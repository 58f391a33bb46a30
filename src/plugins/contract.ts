import { exampleErrors } from '../recipe/node.js';
import { commonKeys, isSchema, type Schema } from '../recipe/schema/index.js';
import type { Definition, Kind, Kinds, Registry } from '../registry/index.js';

const TYPE = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** What a definition of a kind must have beside what all definitions have, and of what type. */
const NEEDS: { readonly [K in Kind]: Readonly<Record<string, 'function' | 'string' | 'boolean' | 'list'>> } =
  {
    layer: { plan: 'function', build: 'function' },
    network: { expand: 'function' },
    loss: { operands: 'string', build: 'function' },
    metric: { better: 'string', unit: 'string', build: 'function' },
    optimizer: { slots: 'list', numbers: 'function', build: 'function' },
    schedule: { build: 'function' },
    dataset: { files: 'boolean', open: 'function' },
    tensor: { operands: 'list', shape: 'function', stopsGradient: 'boolean', build: 'function' },
    initialiser: { build: 'function' },
  };

/**
 * What is wrong with a user's definition, by the contract that tests hold everything to that ships. Each fault is the end
 * of a sentence about the definition. @param registry the one that it is to join.
 */
export function faultsOf(kind: Kind, definition: Definition, registry: Registry): readonly string[] {
  const faults = [...shapeFaults(kind, definition), ...textFaults(definition)];
  if (registry.find(kind, definition.type))
    faults.push(`has the type "${definition.type}", and there is a ${kind} of that type already`);
  // Without a name or a schema the example cannot be checked.
  return faults.length > 0 ? faults : exampleFaults(kind, definition, registry);
}

function shapeFaults(kind: Kind, definition: Definition): string[] {
  const missing = Object.entries(NEEDS[kind]).filter(([key, what]) => {
    const value: unknown = Reflect.get(definition, key);
    return what === 'list' ? !Array.isArray(value) : typeof value !== what;
  });
  return missing.map(([key, what]) => `needs "${key}", a ${what}`);
}

function textFaults({ type, summary, params, example }: Partial<Definition>): string[] {
  const faults: string[] = [];
  if (typeof type !== 'string' || !TYPE.test(type))
    faults.push('needs a "type" of small letters, digits and hyphens: my-loss');
  if (typeof summary !== 'string' || !/\S/.test(summary)) faults.push('needs a "summary", one sentence');
  const isObject = isSchema(params) && (params as Schema)['type'] === 'object';
  if (isObject) faults.push(...schemaFaults(params, 'params'));
  else faults.push('needs "params", a Type.Object({ ... }, { additionalProperties: false })');
  if (!isSchema(example)) faults.push('needs an "example", as it stands in a recipe');
  return faults;
}

/** Faults of a schema: objects that take any key, keys without a description. */
export function schemaFaults(schema: Schema, path: string): readonly string[] {
  const { items, properties } = schema;
  if (isSchema(items)) return schemaFaults(items, `${path}[]`);
  if (!isSchema(properties)) return [];
  const closed =
    schema['additionalProperties'] === false
      ? []
      : [`takes any key in "${path}": give its Type.Object { additionalProperties: false }`];
  const inner = Object.entries(properties as Readonly<Record<string, Schema>>).flatMap(([key, property]) => [
    ...(typeof property['description'] === 'string' && property['description'] !== ''
      ? []
      : [`has no description of "${path}.${key}"`]),
    ...schemaFaults(property, `${path}.${key}`),
  ]);
  return [...closed, ...inner];
}

function exampleFaults(kind: Kind, definition: Definition, registry: Registry): readonly string[] {
  const { type, example, params } = definition;
  const common = commonKeys(kind, definition as Kinds[Kind]);
  const clash = Object.keys(params.properties).find((key) => common.has(key));
  if (clash !== undefined) return [`declares "${clash}", which every ${kind} has already`];
  if (example['type'] !== type)
    return [`has an example of the type "${String(example['type'])}", not "${type}"`];
  return exampleErrors(registry, kind, definition).map(
    ({ at, message }) => `has an example that is none${at === '' ? '' : `: ${at}`} ${message}`,
  );
}
