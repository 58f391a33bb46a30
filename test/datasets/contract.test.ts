import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { datasets } from '../../src/datasets/index.js';
import { definitionsOnDisk } from '../support/folders.js';

/** Keys of every source, which a type must not take for itself. */
const COMMON = ['type', 'path', 'fields', 'size', 'fit', 'interpolation', 'augment', 'splits'];

const onDisk = await definitionsOnDisk('datasets');

test('the barrel holds exactly the files of the folder, by name', () => {
  expect(onDisk.map(({ file }) => file.replace(/\.ts$/, '')).sort()).toEqual(
    datasets.map(({ type }) => type).sort(),
  );
});

test.each(onDisk)(
  '$file: strict, described parameters of its own, and an example that validates',
  ({ definition }) => {
    const { properties, additionalProperties } = definition.params as unknown as {
      properties: Readonly<Record<string, { description?: string; default?: unknown }>>;
      additionalProperties?: boolean;
    };
    expect(additionalProperties).toBe(false);
    for (const [key, { description, default: fallback }] of Object.entries(properties)) {
      expect(COMMON).not.toContain(key);
      expect(description).toMatch(/\.$/);
      expect(fallback).toBeDefined();
    }
    const validate = new Ajv2020({ useDefaults: true }).compile(definition.params);
    const params = Object.entries(definition.example).filter(([key]) => !COMMON.includes(key));
    expect(validate(Object.fromEntries(params))).toBe(true);
    expect(validate({ unheard: 1 })).toBe(false);
  },
);

test.each(datasets)(
  '$type: its example asks for what it has, and for a path exactly where it reads files',
  (definition) => {
    const { path, fields } = definition.example as {
      path?: string;
      fields: Readonly<Record<string, string | { from: string }>>;
    };
    expect(path !== undefined).toBe(definition.files);
    for (const field of Object.values(fields)) {
      const from = typeof field === 'string' ? field : field.from;
      if (definition.from) expect(definition.from).toContain(from);
    }
  },
);
