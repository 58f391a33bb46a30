// Bundles what runs in the pages of reports into a .generated.ts beside each entry, which is committed: it is in the package
// as a text. Runs with every build.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const root = new URL('..', import.meta.url);
const source = (name) => new URL(`src/reports/browser/${name}`, root);

/** The entries, and the names their texts are exported by. */
export const SCRIPTS = [
  { entry: source('page.ts'), constant: 'PAGE_SCRIPT' },
  { entry: source('compare.ts'), constant: 'COMPARE_SCRIPT' },
  { entry: source('live.ts'), constant: 'LIVE_SCRIPT' },
];

/** Where the TypeScript module goes that holds the text. */
export const generatedOf = ({ entry }) => new URL(entry.href.replace(/\.ts$/, '.generated.ts'));

export async function bundled({ entry, constant }) {
  const bundle = await rolldown({
    cwd: fileURLToPath(root),
    input: fileURLToPath(entry),
    resolve: { extensionAlias: { '.js': ['.ts'] } },
    transform: { target: 'es2022' },
  });
  const { output } = await bundle.generate({ format: 'iife', strict: true, minify: true });
  await bundle.close();
  const text = output[0].code.replace(/[\\`]|\$\{/g, '\\$&');
  const name = entry.pathname.split('/').at(-1);
  return `// Generated from ${name} by scripts/bundle-browser.mjs; do not edit.\nexport const ${constant} = \`${text}\`;\n`;
}

export async function bundleBrowser() {
  for (const script of SCRIPTS) {
    const file = generatedOf(script);
    const text = await bundled(script);
    if (text !== (await readFile(file, 'utf8').catch(() => ''))) await writeFile(file, text);
  }
}
