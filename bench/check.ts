/**
 * `npm run bench:check`: wall time of the commands that a person waits for at every keystroke's end: `gan check recipes`,
 * one recipe, `gan --help`, and an empty node beside them, which is what no program can go below.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { packageFolder } from '../src/core/node/package.js';
import { median } from './median.js';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, limit: { type: 'string', default: '400' } },
});
const gan = join(packageFolder, 'dist', 'bin', 'gan.js');
const recipes = readdirSync(join(packageFolder, 'recipes'), { recursive: true }).filter((name) =>
  String(name).endsWith('.yaml'),
);
const SUBJECTS: Readonly<Record<string, readonly string[]>> = {
  [`gan check recipes (${recipes.length} files)`]: [gan, 'check', 'recipes'],
  'gan check recipes/pix2pix-maps.yaml': [gan, 'check', 'recipes/pix2pix-maps.yaml'],
  'gan --help': [gan, '--help'],
  'node, doing nothing': ['-e', '0'],
};

function wallMs(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: packageFolder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ends with ${status}: ${stderr}`);
  return performance.now() - start;
}

const times = new Map<string, number[]>(Object.keys(SUBJECTS).map((name) => [name, []]));
// Interleaved: a machine's bad minute is shared.
for (let round = 0; round < Number(values.rounds); round++)
  for (const [name, args] of Object.entries(SUBJECTS)) times.get(name)!.push(wallMs(args));

const table = new Table({
  head: ['what', 'median ms', 'fastest', 'slowest'],
  style: { head: [], border: [] },
});
for (const [name, list] of times)
  table.push([name, ...[median(list), Math.min(...list), Math.max(...list)].map((ms) => ms.toFixed(0))]);
console.log(`Node ${process.versions.node}, ${values.rounds} rounds`);
console.log(table.toString());
const [whole = []] = times.values();
// The fastest is what the program itself takes, whatever else the machine was doing.
if (Math.min(...whole) > Number(values.limit)) {
  console.error(`Checking all recipes takes more than ${values.limit} ms.`);
  process.exitCode = 1;
}
