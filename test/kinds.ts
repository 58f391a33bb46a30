import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { globSync } from 'tinyglobby';

/**
 * Kinds of tests, by what they start. Nobody lists them: a file is of the first kind whose marks it shows, itself or in a
 * module of test/ that it imports. The limit is for what hangs; on a busy machine everything takes ten times as long.
 */
const KINDS = [
  {
    name: 'processes',
    marks: /node:child_process|node:worker_threads|startThread|playwright|node-pty/,
    folders: /^test\/(trips|faults)\//,
    limitMs: 900_000,
  },
  {
    name: 'engines',
    marks: /openEngine|from '@tensorflow\/tfjs'/,
    folders: /^test\/engine\//,
    limitMs: 300_000,
  },
  { name: 'fast', marks: /^/, folders: /^/, limitMs: 60_000 },
] as const;

/** Files of each kind, fast ones first. */
export function kindsOfTests(): readonly {
  readonly name: string;
  readonly files: string[];
  readonly limitMs: number;
}[] {
  const files = globSync('test/**/*.test.ts').sort();
  const kindOf = new Map(files.map((file) => [file, nameOf(file)]));
  return KINDS.toReversed().map(({ name, limitMs }) => ({
    name,
    limitMs,
    files: files.filter((file) => kindOf.get(file) === name),
  }));
}

function nameOf(file: string): string {
  const code = codeOf(file, new Set());
  return KINDS.find(({ marks, folders }) => folders.test(file) || marks.test(code))!.name;
}

/** The code of a file and of the modules of test/ that it imports, without type imports. */
function codeOf(file: string, seen: Set<string>): string {
  if (seen.has(file)) return '';
  seen.add(file);
  const code = readFileSync(file, 'utf8').replaceAll(/^import type [^;]*;/gm, '');
  const imported = [...code.matchAll(/from '(\.[^']+)'/g)]
    .map(([, path]) => join(dirname(file), path!).replaceAll('\\', '/').replace(/\.js$/, '.ts'))
    .filter((path) => path.startsWith('test/') && path.endsWith('.ts'));
  return [code, ...imported.map((path) => codeOf(path, seen))].join('\n');
}
