import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { packageFolder } from '../../core/package.js';
import type { Schema } from '../schema/json.js';

/** Checkers that the build wrote as plain code: compiling a schema takes a hundred times as long as loading one of these. */
export const PRECOMPILED_FOLDER = join(packageFolder, 'dist', 'validators');

/** Options of ajv that the code depends on. */
export const AJV_OPTIONS = {
  strict: true,
  strictRequired: false,
  allErrors: true,
  useDefaults: true,
  verbose: true,
} as const;

/** A checker's file is named by its schema, so that a stale one is never found. */
export function precompiledName(schema: Schema): string {
  const key = JSON.stringify([AJV_OPTIONS, schema]);
  return `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.cjs`;
}

const load = createRequire(import.meta.url);

/** The checker of a schema as the build wrote it, or undefined: of a plugin's definition, of one changed since. */
export function precompiled(schema: Schema): ValidateFunction | undefined {
  try {
    return load(join(PRECOMPILED_FOLDER, precompiledName(schema))) as ValidateFunction;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}
