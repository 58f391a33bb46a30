import type { Codes } from './code.js';
import { ABLATION } from './example.js';

/** What is laid on a recipe: by the command line, by phases, by ablations. */
export const changeCodes = {
  'bad-set': {
    meaning: '`--set` needs an assignment.',
    remedy: 'Write PATH=VALUE, with the value as in YAML: `--set train.seed=2`.',
    example: { set: 'train.seed' },
  },
  'bad-path': {
    meaning: 'A path has an empty part.',
    remedy: 'Join keys and ids by dots: `train.seed`, `networks.G.encoder.e1.filters`.',
    example: { set: 'train..seed=2' },
  },
  'no-match': {
    meaning: 'A path with `*` matches nothing in the recipe.',
    remedy: '`*` matches every name or id for which the rest of the path exists.',
    example: { set: 'networks.*.depths=3' },
  },
  'unknown-source': {
    meaning: '`--data NAME=PATH` names a source that the recipe does not have.',
    remedy: 'Use one of the sources under `data`.',
    example: { data: 'photos=./x' },
  },
  'which-source': {
    meaning: 'The recipe has several sources, and `--data` does not say which one’s path to replace.',
    remedy: 'Write `--data NAME=PATH`.',
    example: {
      text: 'extends: ./base.yaml\nname: mine\ndata: { more: { type: side-by-side, path: x, fields: { other: left }, size: 64 } }\n',
      data: './x',
    },
  },
  'for-and-phases': {
    meaning: '`train` has both a length and phases, but each phase has its own length.',
    remedy: 'Remove one of the two.',
    example: { replace: 'for: 100 epochs', by: 'for: 100 epochs, phases: [{ id: a, for: 5 epochs }]' },
  },
  'has-phases': {
    meaning: 'The command line sets a length, but the recipe has phases.',
    remedy: '`--set train.phases.ID.for=...` sets the length of one phase.',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 5 epochs }, { id: b, for: 5 epochs }]',
      for: '10 steps',
    },
  },
  unchangeable: {
    meaning: 'A phase would change something that is fixed for the whole run.',
    remedy: 'A phase may change game, optimizer, networks, train.batch, and size and augment of sources.',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 5 epochs, change: { train.seed: 2 } }]',
    },
  },
  phase: {
    meaning: 'A phase cannot continue with the weights or optimizer state of the previous one.',
    remedy: 'Keep the shape of every variable and the type of every optimizer.',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 5 epochs }, { id: b, for: 5 epochs, change: { networks.G.filters: 16 } }]',
    },
  },
  ablation: {
    meaning: 'A recipe is needed, but this file is an ablation.',
    remedy: 'Use `gan check`, `gan plan` or `gan sweep` for ablations.',
    example: { text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\n` },
  },
  'bad-axis': {
    meaning: 'An axis of an ablation needs either a path with values, or variants.',
    remedy: 'Write `{ path: train.seed, values: [1, 2] }`, or `{ variants: { NAME: { PATH: VALUE } } }`.',
    example: { text: `${ABLATION}  seed: { values: [1, 2] }\n` },
  },
  'axes-overlap': {
    meaning: 'Two axes set the same value; since all axes are crossed, it is unclear which should win.',
    remedy: 'Let each axis set different values.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\n  again: { path: train, values: [{ seed: 3 }] }\n`,
    },
  },
  'unknown-axis': {
    meaning: 'The report names an axis that does not exist.',
    remedy: 'Use one of the axes under `vary`.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport: { rows: seeds }\n`,
    },
  },
  'too-many': {
    meaning: 'The axes give far too many trials.',
    remedy: 'Remove values: all axes are crossed.',
    example: {
      text: `${ABLATION}${['a', 'b'].map((key) => `  ${key}: { path: game.updates.${key === 'a' ? 'D' : 'G'}.losses.adversarial.weight, values: [${Array.from({ length: 101 }, (_, i) => i + 1).join(', ')}] }\n`).join('')}`,
    },
  },
  'no-rows': {
    meaning: 'Published numbers are given for levels, but the report does not say of which axis.',
    remedy: 'Set `rows` to that axis.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport:\n  published: [{ source: A paper, data: maps, metrics: [l1], values: { 1: [0.5] } }]\n`,
    },
  },
  'unknown-level': {
    meaning: 'A published number is for a level that its axis does not have.',
    remedy: 'Use one of the levels of the axis.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport:\n  rows: seed\n  published: [{ source: A paper, data: maps, metrics: [l1], values: { 3: [0.5] } }]\n`,
    },
  },
  'bad-published': {
    meaning: 'A level has more or fewer published numbers than there are metrics.',
    remedy: 'Give one number for each metric, in the same order.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport:\n  rows: seed\n  published: [{ source: A paper, data: maps, metrics: [l1], values: { 1: [0.5, 0.6] } }]\n`,
    },
  },
  'no-range': {
    meaning: 'A key that only applies to ranges is used for an axis without one.',
    remedy: 'Remove it, or write `range: [FROM, TO]` instead of the values.',
    example: { text: `${ABLATION}  seed: { path: train.seed, values: [1, 2], scale: log }\n` },
  },
  'bad-range': {
    meaning: 'A range is empty, or does not fit its scale.',
    remedy: 'Write [FROM, TO], the smaller number first; a log scale needs numbers above 0.',
    example: {
      text: `${ABLATION}  rate: { path: optimizer.learning_rate, range: [1e-3, 1e-5] }\nsearch: { type: random, budget: 4 }\n`,
    },
  },
  endless: {
    meaning: 'An axis is a range, but a grid search runs every value.',
    remedy: 'Write `search: { type: random, budget: 16 }`, or list values.',
    example: { text: `${ABLATION}  rate: { path: optimizer.learning_rate, range: [1e-5, 1e-3] }\n` },
  },
  'idle-key': {
    meaning: 'A search has a key that belongs to another type of search.',
    remedy: 'Remove it, or set the `type` that you mean.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: random, budget: 1, keep: 0.5 }\n`,
    },
  },
  'rung-order': {
    meaning: 'The rungs of a halving search do not increase, or lie beyond the end of training.',
    remedy: 'List them from the shortest to the longest, all shorter than `train.for`.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: halving, metric: val/l1, rungs: [10 epochs, 5 epochs] }\n`,
    },
  },
  'unmeasured-rung': {
    meaning: 'No metrics are measured at a rung, so there is nothing to select by.',
    remedy: 'Use multiples of `evaluate.every`.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: halving, metric: val/l1, rungs: [7 epochs] }\n`,
    },
  },
  'phased-rungs': {
    meaning: 'Halving divides a single training length into rungs, but the recipe has several phases.',
    remedy: 'Use a recipe with one phase, or a random search.',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 50 epochs }, { id: b, for: 50 epochs }]',
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: halving, metric: val/l1, rungs: [5 epochs] }\n`,
    },
  },
} satisfies Codes;
