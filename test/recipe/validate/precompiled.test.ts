import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { KINDS } from '../../../src/registry/index.js';
import { KEYWORDS } from '../../../src/recipe/schema/keywords.js';
import { decidingValidator, EXPLAINING, explainingValidator } from '../../../src/recipe/node/precompiled.js';
import { checkedSchema, checkedSchemas } from '../../../src/recipe/validate/schemas.js';
import { registry } from '../support.js';

const ajv = new Ajv2020(EXPLAINING);
ajv.addVocabulary([...KEYWORDS]);

const cases = KINDS.flatMap((kind) =>
  registry.all(kind).map((definition) => ({
    name: `${kind} ${definition.type}`,
    schema: checkedSchema(registry, kind, definition),
    example: definition.example,
  })),
);

test.each(cases)(
  'the build’s validators of $name say what ajv says, and fill in the same',
  ({ schema, example }) => {
    const explains = explainingValidator(schema)!;
    const decides = decidingValidator(schema)!;
    const fresh = ajv.compile(schema);
    const values = [{}, { type: 'x' }, 3, example, { ...example, surplus: 1 }];
    const spoilt = Object.keys(example).map((key) => ({ ...example, [key]: { not: ['this'] } }));
    for (const value of [...values, ...spoilt]) {
      const [a, b, c] = [structuredClone(value), structuredClone(value), structuredClone(value)];
      const isRight = fresh(a);
      expect(explains(b)).toBe(isRight);
      expect(explains.errors).toEqual(fresh.errors);
      expect(b).toEqual(a);
      expect(decides(c)).toBe(isRight);
      // Of a wrong value no more is asked than that it is wrong.
      if (isRight) expect(c).toEqual(a);
      else expect(errorsOf(explains, c)).toEqual(fresh.errors);
    }
  },
);

/** What is said of a value that was found wrong before, and filled in as far as that. */
function errorsOf(validate: ValidateFunction, value: unknown): ValidateFunction['errors'] {
  validate(value);
  return validate.errors;
}

test('the build knows every schema that recipes are checked by, and no other', () => {
  for (const { schema } of checkedSchemas(registry)) {
    expect(decidingValidator(schema)).toBeTypeOf('function');
    expect(explainingValidator(schema)).toBeTypeOf('function');
  }
  const other = { type: 'object', description: 'a plugin’s' };
  expect(decidingValidator(other)).toBeUndefined();
  expect(explainingValidator(other)).toBeUndefined();
});
