// Writes what is generated from the definitions and committed: schemas/. Runs on dist/, which `pregenerate` brings up to date.
import { mkdir, writeFile } from 'node:fs/promises';
import { settingsSchemaFile } from '../dist/src/cli/settings-schema.js';
import { shippedDefinitions } from '../dist/src/definitions.js';
import { schemaFiles } from '../dist/src/recipe/schema/publish.js';

const folder = new URL('../schemas/', import.meta.url);
await mkdir(folder, { recursive: true });
const files = { ...schemaFiles(shippedDefinitions()), 'settings.schema.json': settingsSchemaFile() };
for (const [name, text] of Object.entries(files)) await writeFile(new URL(name, folder), text);
