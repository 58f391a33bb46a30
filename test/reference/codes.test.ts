import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { WARNINGS } from '../../src/plan/warnings/index.js';
import { CODES } from '../../src/recipe/messages/codes/index.js';
import { exampleOutput } from '../../src/cli/codes/example.js';
import { registry } from '../recipe/support.js';

const PAGE = readFileSync('docs/errors.md', 'utf8');

/** Codes that the sources give findings, but for those put together from a kind or a schema's title. */
function writtenCodes(): readonly string[] {
  const files = globSync(['src/{recipe,plan,core,registry,blocks,networks,layers,losses,tensors}/**/*.ts']);
  const text = files.map((file) => readFileSync(file, 'utf8')).join('\n');
  const given = [
    /\b(?:error|warning|refuse)\(\s*'([a-z-]+)'/g,
    /\bcode: '([a-z-]+)'/g,
    /\?\? '([a-z-]+)', MESSAGES/g,
  ].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1]!));
  return [...new Set(given)].sort();
}

test('every code that findings have is explained', () => {
  const codes = writtenCodes();
  expect(codes.length).toBeGreaterThan(50);
  expect(codes.filter((code) => !(code in CODES))).toEqual([]);
  expect(WARNINGS.filter(({ code }) => !(code in CODES))).toEqual([]);
});

test.each(Object.entries(CODES))(
  'the example of %s is found under this code, as the page has it',
  async (code, { meaning, remedy }) => {
    expect(meaning).toMatch(/^[A-Z`].*\.$/);
    expect(remedy).toMatch(/\.$/);
    const output = await exampleOutput(code, registry);
    const [head = '', , carets = ''] = output.split('\n');
    expect(head).toMatch(new RegExp(`^\\S+ (error|warning) ${code}  `));
    expect(carets).toMatch(/\| +\^+$/);
    expect(PAGE).toContain(`### ${code}\n`);
    expect(PAGE).toContain(`\`\`\`text\n${output}\n\`\`\``);
  },
);
