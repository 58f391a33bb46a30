// Writes what is generated from the definitions and committed: schemas/, docs/reference/ and docs/errors.md. Runs on dist/, which
// `pregenerate` brings up to date.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { settingsSchemaFile } from '../dist/src/cli/settings-schema.js';
import { shippedDefinitions } from '../dist/src/definitions.js';
import { schemaFiles } from '../dist/src/recipe/schema/publish.js';
import { codePage } from '../dist/src/cli/codes/page.js';
import { referencePages } from '../dist/src/reference/index.js';

const registry = shippedDefinitions();

async function write(folder, files) {
  const url = new URL(`../${folder}/`, import.meta.url);
  await mkdir(url, { recursive: true });
  for (const name of await readdir(url)) if (!(name in files)) await rm(new URL(name, url));
  for (const [name, text] of Object.entries(files)) await writeFile(new URL(name, url), text);
}

await write('schemas', { ...schemaFiles(registry), 'settings.schema.json': settingsSchemaFile() });

const style = await resolveConfig(new URL('../docs/', import.meta.url));
const pages = {};
for (const [name, text] of Object.entries(referencePages(registry)))
  pages[name] = await format(text, { ...style, parser: 'markdown' });
await write('docs/reference', pages);

const codes = await format(await codePage(registry), { ...style, parser: 'markdown' });
await writeFile(new URL('../docs/errors.md', import.meta.url), codes);
