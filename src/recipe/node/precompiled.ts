import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { packageFolder } from '../../core/node/package.js';
import { loadScript } from '../../core/node/script.js';
import { rewriteSchema, type Schema } from '../schema/json.js';

/** Validators that the build wrote as plain code: loading one takes a hundredth of the time of compiling its schema. */
export const PRECOMPILED_FOLDER = join(packageFolder, 'dist', 'validators');

/** Options of ajv for validators that find everything that is wrong, with the parts of the schema that say so. */
export const EXPLAINING = {
  strict: true,
  strictRequired: false,
  allErrors: true,
  useDefaults: true,
  verbose: true,
} as const;

/** Options of ajv for validators that only tell right from wrong: a tenth of the code, enough for most recipes. */
export const DECIDING = {
  ...EXPLAINING,
  allErrors: false,
  verbose: false,
  messages: false,
  inlineRefs: false,
} as const;

/** All deciding validators; each is exported by the name of its schema. */
export const DECIDING_FILE = join(PRECOMPILED_FOLDER, 'deciding.cjs');

/** The name of a schema's validator is made from the schema, so that an outdated one is never found. */
export function precompiledName(schema: Schema): string {
  const key = JSON.stringify([EXPLAINING, DECIDING, schema]);
  return `v${createHash('sha256').update(key).digest('hex').slice(0, 32)}`;
}

/** The file of a schema's explaining validator. */
export const explainingFile = (schema: Schema): string =>
  join(PRECOMPILED_FOLDER, `${precompiledName(schema)}.cjs`);

const NOTES: ReadonlySet<string> = new Set(['title', 'description', 'examples']);

/** The schema without what only people and editors read. */
export const withoutNotes = (schema: Schema): Schema =>
  rewriteSchema(schema, (part) =>
    Object.fromEntries(Object.entries(part).filter(([key]) => !NOTES.has(key) && !key.startsWith('x-'))),
  );

/** The deciding validator that the build wrote of a schema; undefined for a plugin's schema, or one that changed since. */
export function decidingValidator(schema: Schema): ValidateFunction | undefined {
  deciding ??= (load(DECIDING_FILE) ?? {}) as Readonly<Record<string, ValidateFunction>>;
  return deciding[precompiledName(schema)];
}

/** The explaining validator that the build wrote of a schema; undefined likewise. */
export const explainingValidator = (schema: Schema): ValidateFunction | undefined =>
  load(explainingFile(schema)) as ValidateFunction | undefined;

let deciding: Readonly<Record<string, ValidateFunction>> | undefined;

/** What a file exports, or undefined where there is none. */
const load = (file: string): unknown => (existsSync(file) ? loadScript(file) : undefined);
