// Writes what is generated from the definitions and committed: schemas/. Runs on dist/, which `pregenerate` brings up to date.
import { mkdir, writeFile } from 'node:fs/promises';
import { shippedDefinitions } from '../dist/src/definitions.js';
import { schemaFiles } from '../dist/src/recipe/schema/publish.js';

const folder = new URL('../schemas/', import.meta.url);
await mkdir(folder, { recursive: true });
for (const [name, text] of Object.entries(schemaFiles(shippedDefinitions()))) {
  await writeFile(new URL(name, folder), text);
}
