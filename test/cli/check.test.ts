import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import type { Log } from 'sarif';
import { afterAll, expect, test } from 'vitest';
import { startGan } from '../support/gan.js';
import { TINY_RECIPE } from '../support/plan.js';
import { ganHere } from './support/gan-here.js';

const work = mkdtempSync(join(tmpdir(), 'gan-check-'));
const check = (what: readonly string[], ...more: readonly string[]) =>
  ganHere(work, 'check', ...what.map((name) => join(work, name)), ...more);
afterAll(() => rmSync(work, { recursive: true, force: true }));
mkdirSync(join(work, 'recipes', 'more'), { recursive: true });
mkdirSync(join(work, 'recipes', '.hidden'));
mkdirSync(join(work, 'wrong'));
mkdirSync(join(work, 'empty'));
writeFileSync(join(work, 'recipes', 'b.yaml'), TINY_RECIPE);
writeFileSync(join(work, 'recipes', 'more', 'a.yml'), TINY_RECIPE);
writeFileSync(join(work, 'recipes', '.hidden', 'c.yaml'), 'nothing: of ours');
writeFileSync(join(work, 'recipes', 'notes.txt'), 'no recipe');
writeFileSync(join(work, 'wrong', 'base.yaml'), TINY_RECIPE.replace('type: l1', 'type: l3'));
writeFileSync(join(work, 'wrong', 'child.yaml'), 'extends: ./base.yaml\nname: 100%, sure\n');
writeFileSync(join(work, 'wrong', 'latin.yaml'), Buffer.from('name: caf\xe9', 'latin1'));

/** Line and column of a stretch of a file, as editors count. */
function placeOf(file: string, stretch: string): { line: number; column: number } {
  const before = readFileSync(join(work, file), 'utf8').split(stretch)[0]!.split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

test('a folder is all recipes below it, a pattern those that it matches, each once', async () => {
  const folder = await check(['recipes']);
  expect(folder.stderr).toBe('');
  expect(folder.stdout.split('\n')).toEqual([
    `ok ${join('recipes', 'b.yaml')}`,
    `ok ${join('recipes', 'more', 'a.yml')}`,
    '',
  ]);
  expect(folder.code).toBe(0);
  const pattern = await check(['recipes/b.yaml', 'recipes/**/*.y*ml'], '--format', 'json');
  expect(JSON.parse(pattern.stdout)).toEqual({
    files: [
      { file: 'recipes/b.yaml', ok: true, findings: [] },
      { file: 'recipes/more/a.yml', ok: true, findings: [] },
    ],
    errors: 0,
    warnings: 0,
  });
});

test('- is a recipe or an ablation that is piped in, beside the folder it is started in', async () => {
  const piped = (input: string, ...more: readonly string[]) =>
    startGan(work, ['check', '-', ...more], {}, input).ended;
  expect(await piped(TINY_RECIPE, 'recipes/b.yaml')).toMatchObject({
    code: 0,
    stdout: 'ok recipes/b.yaml\nok stdin\n',
  });
  const wrong = await piped('extends: ./recipes/b.yaml\nname: mine\noptimizer: { type: adamm }\n');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('stdin:3:20 error unknown-optimizer  There is no optimizer "adamm".');
  const ablation = await piped(
    'name: a\nbase: ./recipes/b.yaml\nvary: { seed: { path: train.sead, values: [1] } }\n',
  );
  expect(ablation.code).toBe(2);
  expect(ablation.stderr).toMatch(/^stdin:3:\d+ error /);
  expect((await piped('')).stderr).toContain('stdin:1:1 error empty');
});

test.each([
  ['empty', /There are no recipes in empty/],
  ['none.yaml', /There is no file none\.yaml/],
  ['none/*.yaml', /There is no file none\/\*\.yaml/],
])('check %s says that there is nothing', async (what, message) => {
  const { code, stderr } = await check([what]);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});

test('text: what several recipes extend is said once, and all wrong files are named', async () => {
  const { code, stderr } = await check(['wrong']);
  expect(code).toBe(2);
  expect(stderr.match(/unknown-loss/g)).toHaveLength(1);
  const { line, column } = placeOf('wrong/child.yaml', '100%');
  expect(stderr).toContain(`${join('wrong', 'child.yaml')}:${line}:${column} error bad-name`);
  expect(stderr).toContain(`${join('wrong', 'latin.yaml')}:1:1 error unreadable`);
  expect(stderr).toMatch(/error 3 of 3 files have 3 errors: /);
});

test('github: one workflow command for each finding, escaped', async () => {
  const { code, stdout } = await check(['wrong'], '--format', 'github');
  expect(code).toBe(2);
  const lines = stdout.trim().split('\n');
  expect(lines).toHaveLength(3);
  const loss = placeOf('wrong/base.yaml', 'l3');
  const at = `file=wrong/base.yaml,line=${loss.line},endLine=${loss.line},col=${loss.column},endColumn=${loss.column + 2}`;
  expect(lines[0]).toBe(
    `::error ${at},title=unknown-loss::There is no loss "l3".%0A${/Did.*/.exec((await check(['wrong/base.yaml'])).stderr)![0]}`,
  );
  expect(lines[1]).toContain('100%25, sure');
  expect((await check(['recipes'], '--format', 'github')).stdout).toBe('');
});

test('sarif: valid against the published schema, with the places', async () => {
  const { code, stdout } = await check(['wrong'], '--format', 'sarif');
  expect(code).toBe(2);
  const log = JSON.parse(stdout) as Log;
  // The published schema is of draft 4; what it uses of that, ajv's default draft has too.
  const {
    $schema: _draft,
    id: _id,
    ...schema
  } = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as Record<
    string,
    unknown
  >;
  const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false });
  expect(ajv.validate(schema, log), JSON.stringify(ajv.errors)).toBe(true);
  expect(ajv.validate(schema, { ...log, runs: [{}] })).toBe(false);
  const [loss] = log.runs[0]!.results!;
  const { line, column } = placeOf('wrong/base.yaml', 'l3');
  expect(loss).toMatchObject({
    ruleId: 'unknown-loss',
    level: 'error',
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'wrong/base.yaml' },
          region: { startLine: line, startColumn: column, endColumn: column + 2 },
        },
      },
    ],
  });
});

test('checking loads few files, and nothing that computes', async () => {
  const loaded = async (...args: string[]): Promise<readonly string[]> => {
    const { stderr } = await startGan(work, args, { NODE_DEBUG: 'esm,module' }).ended;
    return [...new Set(stderr.match(/[^\s'"]+\.c?m?js(?=['"\s])/g))];
  };
  const heavy = /@tensorflow|onnxruntime|sharp|node_modules.ajv.dist.2020/;
  const files = await loaded('check', 'recipes');
  expect(files).toContainEqual(expect.stringMatching(/check-[\w-]+\.cjs$/));
  expect(files.filter((file) => heavy.test(file))).toEqual([]);
  expect(files.length).toBeLessThan(20);
  expect((await loaded('engine', 'list')).some((file) => heavy.test(file))).toBe(true);
});
