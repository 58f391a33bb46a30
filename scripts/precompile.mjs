// Compiles the schemas that recipes are checked by into code, dist/validators, and keeps what V8 makes of that and of the
// program. Runs on dist/src and dist/bin.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function precompile() {
  const { shippedDefinitions } = await import('../dist/src/definitions.js');
  const { KEYWORDS } = await import('../dist/src/recipe/schema/keywords.js');
  const { checkedSchemas, roleSchemas } = await import('../dist/src/recipe/validate/schemas.js');
  const {
    DECIDING,
    DECIDING_FILE,
    EXPLAINING,
    explainingFile,
    PRECOMPILED_FOLDER,
    precompiledName,
    withoutNotes,
  } = await import('../dist/src/recipe/node/precompiled.js');
  const registry = shippedDefinitions();
  const compiler = (options) => {
    const ajv = new Ajv2020({ ...options, code: { source: true, optimize: true } });
    ajv.addVocabulary([...KEYWORDS]);
    return ajv;
  };
  rmSync(PRECOMPILED_FOLDER, { recursive: true, force: true });
  mkdirSync(PRECOMPILED_FOLDER, { recursive: true });
  const explaining = compiler(EXPLAINING);
  const deciding = compiler(DECIDING);
  const names = {};
  for (const schema of roleSchemas(registry)) deciding.addSchema(withoutNotes(schema));
  for (const { schema, referring } of checkedSchemas(registry)) {
    const code = standalone.default(explaining, explaining.compile(schema));
    writeFileSync(explainingFile(schema), code);
    const name = precompiledName(schema);
    deciding.addSchema(withoutNotes(referring), name);
    names[name] = name;
  }
  writeFileSync(DECIDING_FILE, standalone.default(deciding, names));
  await keepCompiled(registry);
}

/** What checks usually come to is compiled once, here: where Node is the same, nothing of it is at the start of a command. */
async function keepCompiled(registry) {
  const { checkRecipe } = await import('../dist/src/cli/check/check-recipe.js');
  const { recipeFiles } = await import('../dist/src/cli/check/files.js');
  const { loadScript, writeCodeCaches } = await import('../dist/src/core/node/script.js');
  const folder = join(root, 'recipes');
  for (const file of await recipeFiles([folder])) await checkRecipe(file, registry);
  const { log } = console;
  console.log = () => {};
  try {
    await loadScript(join(root, 'dist', 'bin', 'cli.cjs')).main(['check', folder]);
  } finally {
    console.log = log;
  }
  writeCodeCaches();
}
