import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

interface Wat {
  readonly wat: URL;
  readonly constant: string;
}

interface Script {
  readonly MODULES: readonly Wat[];
  readonly assembled: (module: Wat) => Promise<string>;
  readonly generatedOf: (module: Wat) => URL;
}

const script = new URL('../../scripts/build-wasm.mjs', import.meta.url).href;
const { MODULES, assembled, generatedOf } = (await import(script)) as Script;

test.each(MODULES.map((module) => [module.constant, module] as const))(
  '%s is the committed form of its source',
  async (_, module) => {
    expect(await readFile(generatedOf(module), 'utf8')).toBe(await assembled(module));
  },
);
