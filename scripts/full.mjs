// What is too long for every change, one part after the other, and what came of it in test/full.md: npm run full
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const page = 'test/full.md';
const report = join(mkdtempSync(join(tmpdir(), 'gan-full-')), 'report.json');

/** Tests whose length is chosen by a variable. */
const test = (file, env) => ({
  command: `${Object.entries(env)
    .map(([name, value]) => `${name}=${value} `)
    .join('')}npx vitest run ${file}`,
  run() {
    const args = ['run', file, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const { status } = spawnSync('node_modules/.bin/vitest', args, {
      stdio: 'inherit',
      env: { ...process.env, ...env },
    });
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
    return { ok: status === 0, outcome: `${numPassedTests} passed, ${numFailedTests} failed` };
  },
});

const parts = [
  test('test/recipe/fuzz.test.ts', { GAN_TEST_MUTANTS: '20000' }),
  test('test/engine/webgpu.test.ts', { GAN_TEST_ALL_CASES: '1' }),
  test('test/faults/killed.test.ts', { GAN_TEST_KILLS: '40' }),
  test('test/faults/chaos.test.ts', { GAN_CHAOS_TRIALS: '200' }),
  {
    command: 'npm run mutate -- all --table',
    run() {
      const args = ['scripts/mutate/index.mjs', 'all', '--table'];
      const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
      return { ok: status === 0, outcome: 'the table of test/README.md' };
    },
  },
];

const rows = [];
for (const { command, run } of parts) {
  const start = Date.now();
  const { ok, outcome } = run();
  if (!ok) process.exitCode = 1;
  rows.push(`| \`${command}\` | ${outcome} | ${Math.round((Date.now() - start) / 1000)} |`);
}
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const text = `# The last full run

${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, after ${commit}; written by \`npm run full\`.

| what | outcome | seconds |
| --- | --- | ---: |
${rows.join('\n')}
`;
writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
