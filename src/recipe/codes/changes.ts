import type { Codes } from './code.js';
import { ABLATION } from './example.js';

/** What is laid on a recipe: by the command line, by phases, by ablations. */
export const changeCodes = {
  'bad-set': {
    meaning: '`--set` is given what is no assignment.',
    remedy: 'PATH=VALUE, the value as in YAML: `--set train.seed=2`.',
    example: { set: 'train.seed' },
  },
  'bad-path': {
    meaning: 'A path has an empty step.',
    remedy: 'Keys and ids joined by dots: `train.seed`, `networks.G.encoder.e1.filters`.',
    example: { set: 'train..seed=2' },
  },
  'no-match': {
    meaning: 'A path with `*` matches nothing in the recipe.',
    remedy: '`*` stands for every name or id below which the whole rest of the path exists.',
    example: { set: 'networks.*.depths=3' },
  },
  'unknown-source': {
    meaning: '`--data NAME=PATH` names a source that the recipe does not have.',
    remedy: 'Take one of those under `data`.',
    example: { data: 'photos=./x' },
  },
  'which-source': {
    meaning: 'The recipe has several sources, and `--data` does not say whose path it replaces.',
    remedy: '`--data NAME=PATH`.',
    example: {
      text: 'extends: ./base.yaml\nname: mine\ndata: { more: { type: side-by-side, path: x, fields: { other: left }, size: 64 } }\n',
      data: './x',
    },
  },
  'for-and-phases': {
    meaning: '`train` has both a length and phases, each of which has its own.',
    remedy: 'Take one of the two away.',
    example: { replace: 'for: 100 epochs', by: 'for: 100 epochs, phases: [{ id: a, for: 5 epochs }]' },
  },
  'has-phases': {
    meaning: 'A length is asked for on the command line, and the recipe has phases.',
    remedy: '`--set train.phases.ID.for=...` sets that of one.',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 5 epochs }, { id: b, for: 5 epochs }]',
      for: '10 steps',
    },
  },
  unchangeable: {
    meaning: 'A phase would change what is on record once, or what the experiment is.',
    remedy: 'It may change game, optimizer, networks, train.batch, and size and augment of sources.',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 5 epochs, change: { train.seed: 2 } }]',
    },
  },
  phase: {
    meaning: 'A phase cannot go on with the weights or the optimizer’s state of the one before.',
    remedy: 'Let every variable keep its shape, and every optimizer its type.',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 5 epochs }, { id: b, for: 5 epochs, change: { networks.G.filters: 16 } }]',
    },
  },
  ablation: {
    meaning: 'A recipe is wanted, and this varies one.',
    remedy: '`gan check`, `gan plan` and `gan sweep` take it.',
    example: { text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\n` },
  },
  'bad-axis': {
    meaning: 'An axis of an ablation has neither values at a path nor variants.',
    remedy: '`{ path: train.seed, values: [1, 2] }`, or `{ variants: { NAME: { PATH: VALUE } } }`.',
    example: { text: `${ABLATION}  seed: { values: [1, 2] }\n` },
  },
  'axes-overlap': {
    meaning: 'Two axes write one value; all axes are crossed, and which would win is not said.',
    remedy: 'Let each write values of its own.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\n  again: { path: train, values: [{ seed: 3 }] }\n`,
    },
  },
  'unknown-axis': {
    meaning: 'The report names an axis that is none.',
    remedy: 'Take one of those under `vary`.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport: { rows: seeds }\n`,
    },
  },
  'too-many': {
    meaning: 'The axes make more trials than anybody waits for.',
    remedy: 'Take values away: all axes are crossed.',
    example: {
      text: `${ABLATION}${['a', 'b'].map((key) => `  ${key}: { path: game.updates.${key === 'a' ? 'D' : 'G'}.losses.adversarial.weight, values: [${Array.from({ length: 101 }, (_, i) => i + 1).join(', ')}] }\n`).join('')}`,
    },
  },
  'no-rows': {
    meaning: 'Published numbers are given for levels, and the report does not say of which axis.',
    remedy: 'Say which axis is `rows`.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport:\n  published: [{ source: A paper, data: maps, metrics: [l1], values: { 1: [0.5] } }]\n`,
    },
  },
  'unknown-level': {
    meaning: 'A published number is for a level that its axis does not have.',
    remedy: 'Take one of the axis’s levels.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport:\n  rows: seed\n  published: [{ source: A paper, data: maps, metrics: [l1], values: { 3: [0.5] } }]\n`,
    },
  },
  'bad-published': {
    meaning: 'A level has more or fewer published numbers than there are metrics.',
    remedy: 'One number for each metric, in their order.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport:\n  rows: seed\n  published: [{ source: A paper, data: maps, metrics: [l1], values: { 1: [0.5, 0.6] } }]\n`,
    },
  },
  'no-range': {
    meaning: 'A key of ranges is said of an axis that has none.',
    remedy: 'Take it away, or write `range: [FROM, TO]` in place of the values.',
    example: { text: `${ABLATION}  seed: { path: train.seed, values: [1, 2], scale: log }\n` },
  },
  'bad-range': {
    meaning: 'A range has no values in it, or none that its scale can take.',
    remedy: 'Write [FROM, TO], the smaller one first; a log scale is above 0.',
    example: {
      text: `${ABLATION}  rate: { path: optimizer.learning_rate, range: [1e-3, 1e-5] }\nsearch: { type: random, budget: 4 }\n`,
    },
  },
  endless: {
    meaning: 'An axis is a range, and the search is to run all of its values.',
    remedy: 'Say `search: { type: random, budget: 16 }`, or list values.',
    example: { text: `${ABLATION}  rate: { path: optimizer.learning_rate, range: [1e-5, 1e-3] }\n` },
  },
  'idle-key': {
    meaning: 'A search has a key that only another type of search reads.',
    remedy: 'Take it away, or say the `type` that was meant.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: random, budget: 1, keep: 0.5 }\n`,
    },
  },
  'rung-order': {
    meaning: 'Rungs of a halving search do not go up, or lie behind the end of training.',
    remedy: 'List them from the shortest to the longest, all shorter than `train.for`.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: halving, metric: val/l1, rungs: [10 epochs, 5 epochs] }\n`,
    },
  },
  'unmeasured-rung': {
    meaning: 'Nothing is measured when a rung is reached, so there is nothing to choose by.',
    remedy: 'Say multiples of `evaluate.every`.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: halving, metric: val/l1, rungs: [7 epochs] }\n`,
    },
  },
  'phased-rungs': {
    meaning: 'Halving cuts one length of training into rungs, and the recipe has several phases.',
    remedy: 'Vary a recipe of one phase, or search at random.',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 50 epochs }, { id: b, for: 50 epochs }]',
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: halving, metric: val/l1, rungs: [5 epochs] }\n`,
    },
  },
} satisfies Codes;
