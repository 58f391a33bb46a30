import type { ValidateFunction } from 'ajv';
import type { Schema } from '../schema/json.js';

/** Makes validators of schemas; handed in, since what the build wrote beforehand is read from the disk. */
export interface SchemaCompiler {
  /** What only tells right from wrong, where it is there beforehand. */
  deciding(schema: Schema): ValidateFunction | undefined;
  /** What finds everything that is wrong, with the parts of the schema that say so. */
  explaining(schema: Schema): ValidateFunction;
}

let given: SchemaCompiler | undefined;

/** Called once, by the door through which a program enters: `recipe/node.ts` gives what it has on the disk. */
export function giveCompiler(compiler: SchemaCompiler): void {
  given = compiler;
}

export function schemaCompiler(): SchemaCompiler {
  if (!given) throw new Error('Nothing compiles schemas yet: import recipe/node.js first.');
  return given;
}
