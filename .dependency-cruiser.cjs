/**
 * The house's one direction: text -> recipe -> plan -> trainers -> events -> record.
 * Each rule says why; `npm run boundaries` fails with that reason.
 */
const definitions =
  '^src/(networks|layers|losses|metrics|optimizers|schedules|datasets|tensors|initialisers)/';
/** Rooms that are imported through their doors alone: index.ts, and node.ts for what needs Node. */
const rooms = [
  'recipe',
  'reference',
  'plugins',
  'plan',
  'trainers',
  'engine',
  'data',
  'record',
  'runs',
  'sweep',
  'tracking',
  'reports',
  'cli',
];
/** Parts of rooms that load alone, or stand alone, have doors of their own. */
const parts = [
  'recipe/ablation',
  'recipe/explain',
  'recipe/schema',
  'plan/drawing',
  'engine/conformance',
  'record/pictures',
  'runs/(data|duration|health|import|predict)',
  'sweep/(queue|store)',
  'reports/(compare|live|run|sweep)',
  'tracking/mlflow',
];
const doors = [
  `^src/(${[...rooms, ...parts].join('|')})/(index|node)\\.ts$`,
  // A shelf of texts, and what plugins import.
  '^src/recipe/messages/',
  '^src/plugins/api\\.ts$',
];
/** Data that later stages read: their types are free, their code is not. */
const types = '^src/(recipe|plan|data)/index\\.ts$';
/** What also runs in a browser, but for the files in which it meets Node. */
const portable =
  '^src/(core|registry|blocks|networks|layers|losses|metrics|optimizers|schedules|datasets|tensors|initialisers|recipe|plan|trainers)/(?!(ablation/)?node(/|\\.ts$))';

function only(name, from, to, comment) {
  const rule = { name, severity: 'error', comment, from: { path: from } };
  return [
    { ...rule, to: { path: '^(src|bin|bench|test)/', pathNot: [from, types, ...to] } },
    { ...rule, to: { path: types, pathNot: [from, ...to], dependencyTypesNot: ['type-only'] } },
  ];
}

module.exports = {
  forbidden: [
    {
      name: 'doors',
      severity: 'error',
      comment: 'A room is entered through its door; what the door does not name may change freely.',
      from: { path: '^(?:src/([^/]+)/|src/[^/]+$|bin/|bench/|scripts/)' },
      to: { path: `^src/(${rooms.join('|')})/`, pathNot: [...doors, '^src/$1/'] },
    },
    {
      name: 'no-cycle',
      severity: 'error',
      comment: 'A cycle means that two modules are one; split out what they share, types too.',
      // A node's operation lowers the node: two types that say each other.
      from: { pathNot: '^src/engine/ort/(node|lowering)\\.ts$' },
      to: { circular: true },
    },
    ...only(
      'core-imports-nothing',
      '^src/core/',
      [],
      'core is what everyone may stand on; it stands on nothing.',
    ),
    ...only('registry', '^src/registry/', ['^src/core/'], 'The registry knows no concrete definition.'),
    ...only(
      'blocks',
      '^src/blocks/',
      ['^src/registry/', '^src/core/'],
      'What definitions share knows none of them.',
    ),
    ...only(
      'definitions',
      definitions,
      ['^src/blocks/', '^src/registry/', '^src/core/'],
      'A definition is one file: schema, rules, build and docs. What it needs is handed to it.',
    ),
    ...only('engine', '^src/engine/', ['^src/core/'], 'Engines are usable by themselves.'),
    ...only(
      'ort-stands-alone',
      '^src/engine/ort/',
      ['^src/core/', '^src/engine/[a-z]+\\.ts$'],
      'The backend is usable by itself.',
    ),
    ...only(
      'record',
      '^src/record/',
      ['^src/registry/', '^src/core/'],
      'What a run leaves knows nothing of how it was computed.',
    ),
    ...only('mlflow', '^src/tracking/mlflow/', ['^src/core/'], 'The client of MLflow is usable by itself.'),
    ...only(
      'tracking',
      '^src/tracking/',
      ['^src/record/', '^src/core/'],
      'A run is delivered from what it left on the disk.',
    ),
    ...only(
      'health',
      '^src/runs/health/',
      ['^src/registry/', '^src/core/'],
      'A check reads events, so that a resumed run comes to know what it knew.',
    ),
    ...only('data', '^src/data/', ['^src/registry/', '^src/core/'], 'Loading knows no network.'),
    ...only(
      'trainers',
      '^src/trainers/',
      ['^src/registry/', '^src/core/', '^src/engine/index\\.ts$'],
      'The trainer writes no file, prints nothing and knows no network; consumers of its events do.',
    ),
    ...only('plan', '^src/plan/', ['^src/recipe/', '^src/registry/', '^src/core/'], 'A plan has no tensors.'),
    ...only(
      'recipe',
      '^src/recipe/',
      ['^src/blocks/', '^src/registry/', '^src/core/'],
      'A recipe is checked before anything heavy is loaded.',
    ),
    ...only(
      'plugins',
      '^src/plugins/',
      ['^src/index\\.ts$', '^src/recipe/', '^src/blocks/', '^src/registry/', '^src/core/'],
      'What plugins define is held to the same contract as what ships.',
    ),
    ...only(
      'reference',
      '^src/reference/',
      ['^src/recipe/', '^src/registry/', '^src/core/'],
      'The reference is what definitions say of themselves.',
    ),
    ...only(
      'run-reports',
      '^src/reports/(shell|charts|run|live|browser)/',
      ['^src/reports/(shell|charts|run)/', '^src/(record|registry|core)/'],
      'A page of a run is made from what the run left on the disk.',
    ),
    ...only(
      'sweep',
      '^src/sweep/',
      ['^src/(runs|recipe|plan|record|tracking|registry|core)/', '^src/engine/index\\.ts$'],
      'A sweep hands whole runs to processes and reads what they left.',
    ),
    ...[{ dependencyTypes: ['core'] }, { path: '^src/', pathNot: [portable] }].map((to) => ({
      name: 'no-node',
      severity: 'error',
      comment:
        'Recipes, plans, trainers and definitions run in a browser, too: what needs Node is handed to them. Type imports are free.',
      from: { path: portable },
      to: { ...to, dependencyTypesNot: ['type-only'] },
    })),
    {
      name: 'tfjs-loads-late',
      severity: 'error',
      comment:
        'Only engines load tfjs and onnxruntime; everyone else is handed what they compute with. Type imports are free.',
      from: { path: '^(src|bin)/', pathNot: '^src/engine/' },
      to: { path: 'node_modules/(@tensorflow|onnxruntime-node)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'nothing-above-the-cli',
      severity: 'error',
      comment: 'Commands are the top of the house.',
      from: { pathNot: '^(bin|src/cli)/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Code that nothing reaches is dead. The entries of pages are bundled into text.',
      from: { orphan: true, path: '^src/', pathNot: '^src/reports/browser/[a-z]+\\.ts$' },
      to: {},
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: 'specify',
    doNotFollow: { path: 'node_modules' },
  },
};
