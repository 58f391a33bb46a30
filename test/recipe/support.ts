import { readFile } from 'node:fs/promises';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { UserError } from '../../src/core/errors.js';
import { shippedDefinitions } from '../../src/definitions.js';
import { examine } from '../../src/plan/examine.js';
import { formatDiagnostics } from '../../src/recipe/messages/findings.js';
import type { Schema } from '../../src/recipe/schema/json.js';
import type { LoadedRecipe } from '../../src/recipe/load.js';
import { type LoadOptions, parseRecipe } from '../../src/recipe/node.js';
import { smallRegistry } from '../support/small-registry.js';

export const registry = shippedDefinitions();

/** A published schema, compiled strictly but for what editors alone know. */
export const compiled = (schema: Schema): ValidateFunction =>
  new Ajv2020({ strict: true, strictTypes: false, strictRequired: false })
    .addKeyword('enumDescriptions')
    .compile(schema);

/** The reference recipe as it is written. */
export const REFERENCE = await readFile('recipes/pix2pix-maps.yaml', 'utf8');

/** A text as if it were a file of `recipes/`. */
export function parse(text: string, options: Partial<LoadOptions> = {}): Promise<LoadedRecipe> {
  return parseRecipe(text, { registry, file: 'recipes/mine.yaml', examine, ...options });
}

/** What a person sees of a text that is no sound recipe. */
export async function complaints(text: string, options: Partial<LoadOptions> = {}): Promise<string> {
  try {
    const { warnings } = await parse(text, { registry: smallRegistry, ...options });
    return formatDiagnostics(warnings) || 'nothing';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.exitCode !== 2)
      throw new Error(`Exit code ${error.exitCode} for a wrong recipe.`, { cause: error });
    return formatDiagnostics(error.diagnostics);
  }
}

/** The reference recipe with one stretch of its text replaced; an error where the stretch is not in it once. */
export function reference(replace: string, by: string): string {
  if (REFERENCE.split(replace).length !== 2)
    throw new Error(`"${replace}" is not once in the reference recipe.`);
  return REFERENCE.replace(replace, () => by);
}

/** The same of a text whose plan counts too: all that `gan check` says. */
export async function findings(text: string): Promise<string> {
  const printed = await complaints(text);
  if (printed !== 'nothing') return printed;
  const { phases } = await parse(text, { registry: smallRegistry });
  return formatDiagnostics(examine(phases, smallRegistry)) || 'nothing';
}
