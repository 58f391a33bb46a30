import { GanCommand } from '../command.js';
import type { DefineCommand } from './common.js';

export const schemaCommand: DefineCommand = (done) =>
  new GanCommand('schema')
    .description('Writes the JSON Schemas that editors use to complete recipes, including plugins.')
    .requiredOption('--out <dir>', 'folder that they are written to')
    .action(async ({ out }: { readonly out: string }) => {
      const path = await import('node:path');
      const { writeRequestedFile } = await import('../../record/index.js');
      const { schemaFiles } = await import('../../recipe/schema/index.js');
      const { knownDefinitions } = await import('../known-definitions.js');
      const { settingsSchemaFile } = await import('../settings-schema.js');
      const registry = await knownDefinitions();
      const files = { ...schemaFiles(registry), 'settings.schema.json': settingsSchemaFile() };
      for (const [name, text] of Object.entries(files)) await writeRequestedFile(path.join(out, name), text);
      const definitions = registry.plugins.flatMap(({ types }) =>
        types.map(({ kind, type }) => `${kind} ${type}`),
      );
      const what =
        definitions.length === 0
          ? 'what ships, no plugin is in the settings'
          : `what ships, and ${definitions.join(', ')}`;
      console.log(
        `${Object.keys(files)
          .map((name) => path.join(out, name))
          .join(', ')}: ${what}`,
      );
      done(0);
    });
