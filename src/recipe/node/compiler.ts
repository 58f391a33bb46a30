import { createRequire } from 'node:module';
import type * as Draft2020 from 'ajv/dist/2020.js';
import { KEYWORDS } from '../schema/keywords.js';
import type { SchemaCompiler } from '../validate/compiler.js';
import { decidingValidator, EXPLAINING, explainingValidator } from './precompiled.js';

let ajv: Draft2020.Ajv2020 | undefined;

/** Takes the validators that the build wrote, and compiles what they lack: schemas of plugins, or changed since. */
export const diskCompiler: SchemaCompiler = {
  deciding: decidingValidator,
  explaining(schema) {
    const written = explainingValidator(schema);
    if (written) return written;
    if (!ajv) {
      // Loaded only here: what ships needs no compiler.
      const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as typeof Draft2020;
      ajv = new Ajv2020(EXPLAINING);
      ajv.addVocabulary([...KEYWORDS]);
    }
    return ajv.compile(schema);
  },
};
