// Compiles the schemas that recipes are checked by into code, dist/validators. Runs on dist/src.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function precompile() {
  const { shippedDefinitions } = await import('../dist/src/definitions.js');
  const { KEYWORDS } = await import('../dist/src/recipe/schema/keywords.js');
  const { checkedSchemas } = await import('../dist/src/recipe/validate/schemas.js');
  const { AJV_OPTIONS, PRECOMPILED_FOLDER, precompiledName, writeCodeCaches } =
    await import('../dist/src/recipe/validate/precompiled.js');
  const registry = shippedDefinitions();
  rmSync(PRECOMPILED_FOLDER, { recursive: true, force: true });
  mkdirSync(PRECOMPILED_FOLDER, { recursive: true });
  const ajv = new Ajv2020({ ...AJV_OPTIONS, code: { source: true, optimize: true } });
  ajv.addVocabulary([...KEYWORDS]);
  for (const schema of checkedSchemas(registry)) {
    const code = standalone.default(ajv, ajv.compile(schema));
    writeFileSync(join(PRECOMPILED_FOLDER, precompiledName(schema)), code);
  }
  // Of what checks usually come to, V8's own form is kept, too: where Node is the same, nothing is compiled at the start.
  const { checkRecipe } = await import('../dist/src/cli/check/check-recipe.js');
  const { recipeFiles } = await import('../dist/src/cli/check/files.js');
  for (const file of await recipeFiles([join(root, 'recipes')])) await checkRecipe(file, registry);
  writeCodeCaches();
}
