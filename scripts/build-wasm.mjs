// Assembles each .wat into a .generated.ts beside it, which is committed: nobody needs wabt to install.
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import wabt from 'wabt';

const source = (path) => new URL(`../src/${path}`, import.meta.url);

/** The sources, and the names their bytes are exported by. */
export const MODULES = [
  { wat: source('engine/ort/adam/adam.wat'), constant: 'ADAM_WASM' },
  { wat: source('data/resize/resample.wat'), constant: 'RESAMPLE_WASM' },
];

/** Where the TypeScript module goes that holds the assembled bytes. */
export const generatedOf = ({ wat }) => new URL(wat.href.replace(/\.wat$/, '.generated.ts'));

export async function assembled({ wat, constant }) {
  const name = wat.pathname.split('/').at(-1);
  const { parseWat } = await wabt();
  const { buffer } = parseWat(name, await readFile(wat, 'utf8'), { simd: true }).toBinary({});
  return `// Generated from ${name} by scripts/build-wasm.mjs; do not edit.\nexport const ${constant} = '${Buffer.from(buffer).toString('base64')}';\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const module of MODULES) await writeFile(generatedOf(module), await assembled(module));
}
