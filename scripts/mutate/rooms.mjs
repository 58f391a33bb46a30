// The rooms of src/ that are held to a score, with the tests that are asked. Tests that start processes, servers or a
// training run see no mutant, or take minutes for each: what a room computes is to be seen without them.
import { globSync } from 'tinyglobby';

/** Where a fault makes numbers wrong. */
const NUMBERS = 90;
const ELSEWHERE = 75;

export const ROOMS = {
  losses: { aim: NUMBERS },
  layers: { aim: NUMBERS },
  tensors: { aim: NUMBERS },
  optimizers: { aim: NUMBERS },
  schedules: { aim: NUMBERS },
  trainers: { aim: NUMBERS, sources: ['trainers', 'graph'], tests: ['trainers', 'graph'] },
  plan: { aim: NUMBERS },
  metrics: { aim: NUMBERS },
  data: { aim: NUMBERS },
  recipe: {
    aim: ELSEWHERE,
    without: ['recipe/fuzz', 'recipe/on-paper', 'recipe/shipped', 'recipe/shipped-steps'],
  },
  record: { aim: ELSEWHERE, without: ['record/lock-stalled', 'record/lock-refused'] },
  sweep: {
    aim: ELSEWHERE,
    without: [
      'sweep/chaos',
      'sweep/guarded-redis',
      'sweep/halving',
      'sweep/local',
      'sweep/queue',
      'sweep/store',
    ],
  },
  tracking: { aim: ELSEWHERE, without: ['tracking/ui', 'tracking/ui-command', 'tracking/servers'] },
  mlflow: { aim: ELSEWHERE },
  cli: { aim: ELSEWHERE },
};

/** Files to mutate and tests to run for src/trainers, a file below it, or trainers. */
export function roomOf(path) {
  const inner = path.replace(/^(\.\/)?src\//, '').replace(/\/$/, '');
  const name = inner.split('/')[0];
  const room = ROOMS[name] ?? Object.values(ROOMS).find(({ sources }) => sources?.includes(name)) ?? {};
  const { aim, sources = [name], tests = [name], without = [] } = room;
  const isFile = inner.endsWith('.ts');
  return {
    name: inner.replace(/\.ts$/, ''),
    aim,
    mutate:
      isFile || inner !== name
        ? [isFile ? `src/${inner}` : `src/${inner}/**/*.ts`]
        : sources.map((each) => `src/${each}/**/*.ts`),
    tests: globSync(
      tests.map((each) => `test/${each}/**/*.test.ts`),
      { ignore: without.map((each) => `test/${each}.test.ts`) },
    ),
  };
}
