import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { KINDS } from '../../src/registry/index.js';
import { KEYWORDS } from '../../src/recipe/schema/keywords.js';
import { AJV_OPTIONS, precompiled } from '../../src/recipe/validate/precompiled.js';
import { checkedSchema, checkedSchemas } from '../../src/recipe/validate/schemas.js';
import { registry } from './support.js';

const ajv = new Ajv2020(AJV_OPTIONS);
ajv.addVocabulary([...KEYWORDS]);

const cases = KINDS.flatMap((kind) =>
  registry.all(kind).map((definition) => ({
    name: `${kind} ${definition.type}`,
    schema: checkedSchema(registry, kind, definition),
    example: definition.example,
  })),
);

test.each(cases)(
  'the build’s checker of $name says what ajv says, and fills in the same',
  ({ schema, example }) => {
    const built = precompiled(schema)!;
    const fresh = ajv.compile(schema);
    const values = [{}, { type: 'x' }, 3, example, { ...example, surplus: 1 }];
    const spoilt = Object.keys(example).map((key) => ({ ...example, [key]: { not: ['this'] } }));
    for (const value of [...values, ...spoilt]) {
      const [a, b] = [structuredClone(value), structuredClone(value)];
      expect(built(a)).toBe(fresh(b));
      expect(built.errors).toEqual(fresh.errors);
      expect(a).toEqual(b);
    }
  },
);

test('the build knows every schema that recipes are checked by, and no other', () => {
  for (const schema of checkedSchemas(registry)) expect(precompiled(schema)).toBeTypeOf('function');
  expect(precompiled({ type: 'object', description: 'a plugin’s' })).toBeUndefined();
});
