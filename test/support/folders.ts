import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Definition } from '../../src/registry/index.js';

/** Every definition file of a folder below src, read from the disk: a new file is tested without writing a test. */
export async function definitionsOnDisk(folder: string): Promise<{ file: string; definition: Definition }[]> {
  const url = new URL(`../../src/${folder}/`, import.meta.url);
  const files = readdirSync(fileURLToPath(url)).filter((name) => name.endsWith('.ts') && name !== 'index.ts');
  return Promise.all(
    files.map(async (file) => {
      const exported = Object.values((await import(new URL(file, url).href)) as Record<string, unknown>);
      const definitions = exported.filter(
        (value): value is Definition =>
          typeof value === 'object' && value !== null && 'type' in value && 'params' in value,
      );
      if (definitions.length !== 1)
        throw new Error(`src/${folder}/${file} exports ${definitions.length} definitions, not one.`);
      return { file, definition: definitions[0]! };
    }),
  );
}
