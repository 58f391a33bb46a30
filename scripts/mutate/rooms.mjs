// The rooms of src/ that are held to a score, with the tests that are asked: those of the folders that mirror them. Whole
// runs and faults (test/trips, test/faults) see no mutant, or take minutes for each.
import { globSync } from 'tinyglobby';

/** Where a fault makes numbers wrong. */
const NUMBERS = 90;
const ELSEWHERE = 75;

/** Definitions, which blocks are parts of. */
const SHELVES = ['initialisers', 'layers', 'losses', 'networks', 'optimizers', 'schedules', 'tensors'];

export const ROOMS = {
  losses: { aim: NUMBERS },
  layers: { aim: NUMBERS },
  tensors: { aim: NUMBERS },
  optimizers: { aim: NUMBERS },
  schedules: { aim: NUMBERS },
  blocks: { aim: NUMBERS, tests: ['blocks', ...SHELVES] },
  trainers: { aim: NUMBERS },
  // Where boxes and letters stand in a picture makes no number wrong.
  plan: { aim: NUMBERS, beyond: ['drawing/**'] },
  'plan/drawing': { aim: ELSEWHERE },
  metrics: { aim: NUMBERS },
  data: { aim: NUMBERS },
  recipe: { aim: ELSEWHERE, without: ['recipe/fuzz', 'recipe/on-paper', 'recipe/shipped'] },
  record: { aim: ELSEWHERE },
  runs: { aim: ELSEWHERE },
  // What touches a page is tried in a browser, where no mutant is.
  reports: { aim: ELSEWHERE, beyond: ['browser/{chart,charts,compare,dom,live,page,samples}.ts'] },
  sweep: { aim: ELSEWHERE },
  tracking: { aim: ELSEWHERE },
  cli: { aim: ELSEWHERE },
};

/** Files to mutate and tests to run for src/trainers, a file below it, or trainers. */
export function roomOf(path) {
  const inner = path.replace(/^(\.\/)?src\//, '').replace(/\/$/, '');
  const name = ROOMS[inner] ? inner : inner.split('/')[0];
  const { aim, tests = [name], without = [], beyond = [] } = ROOMS[name] ?? {};
  const isFile = inner.endsWith('.ts');
  return {
    name: inner.replace(/\.ts$/, ''),
    aim,
    mutate: [
      isFile ? `src/${inner}` : `src/${inner}/**/*.ts`,
      ...beyond.map((each) => `!src/${name}/${each}`),
    ],
    tests: globSync(
      tests.map((each) => `test/${each}/**/*.test.ts`),
      { ignore: without.map((each) => `test/${each}.test.ts`) },
    ),
  };
}
