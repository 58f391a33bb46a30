import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
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

/** What V8 made of a checker, beside it: its functions need not be compiled again. Of another version it is left aside. */
const codeCacheOf = (file: string): string => `${file}.v8`;

const scripts = new Map<string, Script>();

/** The checker of a schema as the build wrote it, or undefined: of a plugin's definition, of one changed since. */
export function precompiled(schema: Schema): ValidateFunction | undefined {
  const file = join(PRECOMPILED_FOLDER, precompiledName(schema));
  const source = readIfThere(file);
  if (!source) return undefined;
  const cachedData = readIfThere(codeCacheOf(file));
  // Node's own loader of modules takes no code cache before Node 22.
  const script = new Script(`(function (module, require) {${source.toString()}\n})`, {
    filename: file,
    ...(cachedData ? { cachedData } : {}),
  });
  scripts.set(file, script);
  const module = { exports: {} };
  const define = script.runInThisContext() as (into: typeof module, require: NodeJS.Require) => void;
  define(module, createRequire(file));
  return module.exports as ValidateFunction;
}

/** Keeps what was compiled of the checkers that were used. For the build, once it has checked what is usual. */
export function writeCodeCaches(): void {
  for (const [file, script] of scripts) writeFileSync(codeCacheOf(file), script.createCachedData());
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
