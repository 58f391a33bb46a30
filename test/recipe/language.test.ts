import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { KINDS } from '../../src/registry/index.js';
import { complaints, registry } from './support.js';

const page = await readFile('docs/language.md', 'utf8');
const recipes = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text]) => text!);

describe('the page on the language', () => {
  test.each(recipes)('has a recipe that is sound: %#', async (text) => {
    expect(await complaints(text)).toBe('nothing');
  });

  test('names only types that there are', () => {
    const types = new Set(KINDS.flatMap((kind) => registry.types(kind)));
    const named = [...page.matchAll(/type: ([a-z][a-z0-9-]*)/g)].map(([, type]) => type!);
    // A norm also has a short name.
    const unknown = named.filter((type) => !types.has(type) && !types.has(`${type}-norm`));
    expect(named.length).toBeGreaterThan(5);
    expect(unknown).toEqual([]);
  });
});
