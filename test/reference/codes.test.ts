import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';
import { expect, test } from 'vitest';
import { CODES } from '../../src/recipe/messages/codes/index.js';
import { exampleOutput } from '../../src/cli/codes/example.js';
import { registry } from '../recipe/support.js';

const PAGE = readFileSync('docs/errors.md', 'utf8');

/** Codes that definitions, which know no catalogue, give their errors; planning gives the first two to what has none. */
const files = globSync('src/{core,registry,blocks,networks,layers,losses,tensors}/**/*.ts');
const given = ['network', 'shape'].concat(
  ...files.map((file) => {
    const codes = readFileSync(file, 'utf8').matchAll(/\bcode: '([a-z-]+)'/g);
    return [...codes].map((match) => match[1]!);
  }),
);

test('a code has words, or definitions give it', () => {
  expect(given.filter((code) => !(code in CODES))).toEqual([]);
  const wordless = Object.entries(CODES).filter(([, { says }]) => !says);
  expect(wordless.map(([code]) => code).filter((code) => !given.includes(code))).toEqual([]);
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
