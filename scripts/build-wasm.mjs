// Assembles src/engine/ort/adam/adam.wat into adam.generated.ts, which is committed: nobody needs wabt to install.
import { readFile, writeFile } from 'node:fs/promises';
import wabt from 'wabt';

const folder = new URL('../src/engine/ort/adam/', import.meta.url);

/** The TypeScript module that holds the assembled bytes. */
export async function assembled() {
  const source = await readFile(new URL('adam.wat', folder), 'utf8');
  const { parseWat } = await wabt();
  const { buffer } = parseWat('adam.wat', source, { simd: true }).toBinary({});
  return `// Generated from adam.wat by scripts/build-wasm.mjs; do not edit.\nexport const ADAM_WASM = '${Buffer.from(buffer).toString('base64')}';\n`;
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  await writeFile(new URL('adam.generated.ts', folder), await assembled());
}
