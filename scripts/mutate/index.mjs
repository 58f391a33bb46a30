// How many small faults the tests of a room see: npm run mutate -- src/trainers [src/losses/hinge.ts ...]
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { format, resolveConfig } from 'prettier';
import { globSync } from 'tinyglobby';
import { keyOf, keyText } from './key.mjs';
import { ROOMS, roomOf } from './rooms.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
process.chdir(root);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    again: { type: 'boolean', default: false },
    table: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || positionals.length === 0) {
  console.log(`npm run mutate -- PATH ... [--sample 100] [--seed 1] [--again] [--table] [--verbose]

  PATH   a room or a file of one: src/trainers, src/losses/hinge.ts; "all" for every room with an aim
  --sample   how many mutants of each path, drawn by the seed from those that have types
  --again    only those that were left the last time
  --table    write the scores into test/README.md`);
  process.exit(values.help ? 0 : 2);
}

/** Paths of survivors that change nothing, each with its reason: in no score. */
const equivalents = JSON.parse(readFileSync(join(root, 'test', 'equivalent-mutants.json'), 'utf8'));

const folder = join(root, '.cache', 'mutate');
const fileOf = (name) => join(folder, `${name.replaceAll('/', '-')}.json`);
const resultOf = (name) => JSON.parse(readFileSync(fileOf(name), 'utf8'));

async function mutate(path) {
  const { name, aim, mutate, tests } = roomOf(path);
  const stryker = new Stryker({
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner', join(here, 'plugins.mjs')],
    mutate,
    testFiles: tests,
    ignorers: ['text-for-people'],
    checkers: ['sample'],
    sample: {
      size: Number(values.sample),
      seed: values.seed,
      ...(values.again ? { only: resultOf(name).left } : {}),
    },
    // What runs while a module loads is schemas and tables of texts: a change shows in the committed generated files.
    ignoreStatic: true,
    coverageAnalysis: 'perTest',
    vitest: { related: false, configFile: 'scripts/mutate/vitest.config.mjs' },
    ignorePatterns: ['/.cache', '/runs', '/docs/images', '/reports'],
    reporters: [values.verbose ? 'progress-append-only' : 'dots'],
    tempDirName: `.cache/mutate/${name.replaceAll('/', '-')}`,
    // One process draws and checks types, one runs tests; both then run tests. The sample is drawn by one alone.
    concurrency: 2,
    timeoutMS: 20_000,
    allowConsoleColors: false,
    fileLogLevel: 'off',
    logLevel: values.verbose ? 'info' : 'warn',
    allowEmpty: true,
  });
  const results = await stryker.runMutationTest();
  return { name, aim, results };
}

function judge({ name, aim, results }) {
  // Tests only come to see more: what they saw the last time they see now.
  const killedBefore = values.again ? resultOf(name).killed : 0;
  const counts = { killed: killedBefore, timedOut: 0, survived: 0, uncovered: 0, equivalent: 0 };
  const left = [];
  for (const result of results) {
    const { status } = result;
    if (status === 'Killed' || status === 'Timeout') counts.killed += 1;
    if (status === 'Timeout') counts.timedOut += 1;
    if (status !== 'Survived' && status !== 'NoCoverage') continue;
    const key = keyOf(result, 1);
    const isEquivalent = equivalents.some((each) => keyText(each) === keyText(key));
    if (isEquivalent) counts.equivalent += 1;
    else {
      counts[status === 'Survived' ? 'survived' : 'uncovered'] += 1;
      left.push({ ...key, at: result.location.start.line, covered: status === 'Survived' });
    }
  }
  // One that never ends is seen, too: it is among the killed.
  const total = counts.killed + counts.survived + counts.uncovered;
  const score = total === 0 ? 100 : (100 * counts.killed) / total;
  return { name, aim, ...counts, total, score, left };
}

function print({ name, killed, timedOut, total, equivalent, score, left }, seconds) {
  for (const { file, at, mutator, text, replacement, covered } of left) {
    const remark = covered ? '' : ' (no test comes here)';
    console.log(`${file}:${at} ${mutator}${remark}\n  - ${text}\n  + ${replacement}`);
  }
  console.log(
    `${name}: ${killed} of ${total} caught (${timedOut} by never ending), ${score.toFixed(0)} %, ${equivalent} change nothing; ${seconds} s`,
  );
}

/** Writes the rows of these rooms in test/README.md; rooms that were not asked keep theirs, each with its day. */
async function writeTable(verdicts) {
  const page = join(root, 'test', 'README.md');
  const text = readFileSync(page, 'utf8');
  const [begin, end] = ['<!-- scores: npm run mutate -- all --table -->\n', '<!-- end of scores -->'];
  const [head, rest] = text.split(begin);
  const [before, tail] = [rest.slice(0, rest.indexOf(end)), rest.slice(rest.indexOf(end))];
  const row = (cells) => `| ${cells.join(' | ')} |`;
  const cellsOf = (line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const rows = new Map(
    before
      .split('\n')
      .map(cellsOf)
      .filter(([name]) => ROOMS[name])
      .map((cells) => [cells[0], cells]),
  );
  const how = `${new Date().toISOString().slice(0, 10)}, ${values.sample} by seed ${values.seed}`;
  for (const { name, killed, total, score, aim, uncovered, equivalent } of verdicts)
    rows.set(name, [name, killed, total, `${score.toFixed(0)} %`, `${aim} %`, uncovered, equivalent, how]);
  const table = [
    row(['src/', 'caught', 'of', 'score', 'aim', 'no test comes there', 'change nothing', 'drawn']),
    row(['---', '---:', '---:', '---:', '---:', '---:', '---:', '---']),
    ...Object.keys(ROOMS).flatMap((name) => (rows.has(name) ? [row(rows.get(name))] : [])),
  ];
  const written = `${head}${begin}\n${table.join('\n')}\n\n${tail}`;
  // As `npm run check` wants it.
  writeFileSync(page, await format(written, { ...(await resolveConfig(page)), filepath: page }));
}

const names = positionals.includes('all') ? Object.keys(ROOMS) : positionals;
mkdirSync(folder, { recursive: true });
const nowhere = names.filter((path) => globSync(roomOf(path).mutate).length === 0);
if (nowhere.length > 0) {
  console.error(`There is no room or file ${nowhere.join(', ')} in src/.`);
  process.exit(2);
}
const verdicts = [];
for (const path of names) {
  const start = Date.now();
  const verdict = judge(await mutate(path));
  print(verdict, Math.round((Date.now() - start) / 1000));
  writeFileSync(fileOf(verdict.name), JSON.stringify(verdict, null, 1));
  verdicts.push(verdict);
}
if (values.table) await writeTable(verdicts);
const below = verdicts.filter(({ score, aim = 0 }) => score < aim);
if (below.length > 0) {
  console.error(`Below the aim: ${below.map(({ name }) => name).join(', ')}`);
  process.exitCode = 1;
}
