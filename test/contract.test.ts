import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { shippedDefinitions } from '../src/definitions.js';
import { type Kind, ROLE_KEYWORD } from '../src/registry/index.js';
import { definitionsOnDisk } from './support/folders.js';

/** Keys that a section of the language adds to its definitions' own. */
const COMMON: Readonly<Record<Kind, readonly string[]>> = {
  layer: ['id', 'from'],
  network: ['like', 'inference', 'ema', 'weights'],
  loss: [
    'real',
    'fake',
    'fool',
    'of',
    'to',
    'at',
    'where',
    'mean',
    'log_variance',
    'weight',
    'every',
    'schedule',
  ],
  metric: [],
  optimizer: ['learning_rate', 'schedule', 'clip_norm', 'clip_weights'],
  schedule: [],
  dataset: ['path', 'fields', 'size', 'fit', 'interpolation', 'augment', 'splits'],
  tensor: [],
  initialiser: [],
};

/** Kinds whose definitions compute something that can be written down. */
const FORMULAS: readonly Kind[] = ['layer', 'loss', 'metric', 'optimizer', 'schedule', 'initialiser'];
/** What nobody needed to publish: every other definition that computes something names its source. */
const NOBODYS = ['layers', 'reshape', 'constant', 'l1'];

const folderOf = (kind: Kind): string => (kind === 'loss' ? 'losses' : `${kind}s`);
const registry = shippedDefinitions();

interface Schema {
  readonly type?: string;
  readonly additionalProperties?: boolean;
  readonly properties?: Readonly<Record<string, Schema & { description?: string }>>;
  readonly items?: Schema;
}

/** Every object is closed, and every property says what it is. `open` names the keys whose objects belong to others. */
function undescribed(schema: Schema, path: string, open: readonly string[]): string[] {
  if (schema.items) return undescribed(schema.items, `${path}[]`, open);
  if (!schema.properties) return [];
  const inner = Object.entries(schema.properties).flatMap(([key, property]) => [
    ...((property.description ?? '') === '' ? [`${path}.${key} has no description`] : []),
    ...undescribed(property, `${path}.${key}`, open),
  ]);
  const loose = schema.additionalProperties === false || open.includes(path) ? [] : [`${path} takes any key`];
  return [...loose, ...inner];
}

for (const kind of Object.keys(COMMON) as Kind[]) {
  const onDisk = await definitionsOnDisk(folderOf(kind));
  describe(`every ${kind}`, () => {
    test('of the folder is in the barrel, and no other', () => {
      expect(onDisk.map(({ definition }) => definition.type).sort()).toEqual(registry.types(kind));
    });

    test.each(onDisk)('$file is named by its type and says what it is', ({ file, definition }) => {
      expect(file).toBe(`${definition.type}.ts`);
      expect(definition.type).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      expect(definition.summary).toMatch(/\S.*\.$/);
      if (definition.paper !== undefined)
        expect(definition.paper).toMatch(/^arXiv:\d{4}\.\d{4,5}$|^doi:|^https:/);
    });

    if (FORMULAS.includes(kind) || kind === 'network') {
      test('names its source', () => {
        const without = onDisk.filter(
          ({ definition: { paper, type } }) => paper === undefined && !NOBODYS.includes(type),
        );
        expect(without.map(({ file }) => file)).toEqual([]);
      });
    }

    if (FORMULAS.includes(kind)) {
      test.each(onDisk)('$file states its formula', ({ definition }) => {
        expect(definition.formula).toMatch(/\S/);
      });
    }

    test.each(onDisk)(
      '$file has a strict, described schema that leaves common keys alone',
      ({ definition }) => {
        const schema = definition.params as unknown as Schema;
        // A layer's own keys are checked by its own definition.
        expect(undescribed(schema, definition.type, ['layers.layers[]'])).toEqual([]);
        const keys = Object.keys(schema.properties ?? {});
        expect(keys.filter((key) => COMMON[kind].includes(key) || key === 'type')).toEqual([]);
      },
    );

    test.each(onDisk)("$file's example validates", ({ definition }) => {
      const ajv = new Ajv2020({ strict: false, allErrors: true, useDefaults: true });
      ajv.addKeyword(ROLE_KEYWORD);
      expect(definition.example['type']).toBe(definition.type);
      const params = Object.entries(definition.example).filter(
        ([key]) => key !== 'type' && !COMMON[kind].includes(key),
      );
      const example: unknown = structuredClone(Object.fromEntries(params));
      ajv.validate(definition.params, example);
      expect(ajv.errors ?? []).toEqual([]);
    });
  });
}
