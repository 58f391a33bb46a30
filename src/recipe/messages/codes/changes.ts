import { counted } from '../../../core/counted.js';
import { CHANGEABLE } from '../../schema/train.js';
import { either } from '../../validate/describe.js';
import type { Codes } from './code.js';
import { ABLATION } from './example.js';
import { noSuch } from './no-such.js';

type Names = readonly string[];

/** What is laid on a recipe: by the command line, by phases, by ablations. */
export const changeCodes = {
  'bad-set': {
    meaning: '`--set` needs an assignment.',
    remedy: 'Write PATH=VALUE, with the value as in YAML: --set train.seed=2.',
    example: { set: 'train.seed' },
    says: () => 'This is not an assignment.',
  },
  'bad-path': {
    meaning: 'A path has an empty part.',
    remedy: 'A path is keys and ids joined by dots: train.seed, networks.G.encoder.e1.filters.',
    example: { set: 'train..seed=2' },
    says: (path: string) => `"${path}" is not a path.`,
  },
  'no-match': {
    meaning: 'A path with `*` matches nothing in the recipe.',
    remedy: '`*` matches every name or id for which the rest of the path exists.',
    example: { set: 'networks.*.depths=3' },
    says: (path: string) => `"${path}" matches nothing in this recipe.`,
  },
  'unknown-source': {
    meaning: '`--data NAME=PATH` names a source that the recipe does not have.',
    remedy: 'Use one of the sources under `data`.',
    example: { data: 'photos=./x' },
    says: noSuch('source', 'Sources', ' in this recipe'),
  },
  'which-source': {
    meaning: 'The recipe has several sources, and `--data` does not say which one’s path to replace.',
    remedy: 'Write `--data NAME=PATH`.',
    example: {
      text: 'extends: ./base.yaml\nname: mine\ndata: { more: { type: side-by-side, path: x, fields: { other: left }, size: 64 } }\n',
      data: './x',
    },
    says: (sources: Names) => ({
      message: 'This recipe has several sources.',
      remedy: `Write --data NAME=PATH, with NAME one of ${sources.join(', ')}.`,
    }),
  },
  'for-and-phases': {
    meaning: '`train` has both a length and phases, but each phase has its own length.',
    remedy: 'Remove one of the two.',
    example: { replace: 'for: 100 epochs', by: 'for: 100 epochs, phases: [{ id: a, for: 5 epochs }]' },
    says: () => 'Each phase has its own "for", so "train" cannot have one.',
  },
  'has-phases': {
    meaning: 'The command line sets a length, but the recipe has phases.',
    remedy: 'Set the length of one: --set train.phases.ID.for=...',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 5 epochs }, { id: b, for: 5 epochs }]',
      for: '10 steps',
    },
    says: () => 'This recipe has phases, each with its own length.',
  },
  unchangeable: {
    meaning: 'A phase would change something that is fixed for the whole run.',
    remedy: `A phase may only change ${either(CHANGEABLE.map((path) => `\`${path}\``))}.`,
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 5 epochs, change: { train.seed: 2 } }]',
    },
    says: (path: string) => `"${path}" cannot change from phase to phase.`,
  },
  phase: {
    meaning: 'A phase cannot continue with the weights or optimizer state of the previous one.',
    remedy:
      'Keep the shape of every variable and the type of every optimizer; its learning rate and schedule may change.',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 5 epochs }, { id: b, for: 5 epochs, change: { networks.G.filters: 16 } }]',
    },
    says: {
      network: (facts: { network: string; phase: string; earlier: string; difference: string }) =>
        `${facts.network} would be a different network in the phase ${facts.phase} than in ${facts.earlier}: ${facts.difference}.`,
      optimizer: (facts: { network: string; phase: string; type: string; earlier: string; was: string }) =>
        `The optimizer of ${facts.network} is ${facts.type} in the phase ${facts.phase}, and ${facts.was} in ${facts.earlier}, whose state it cannot continue with.`,
    },
  },
  ablation: {
    meaning: 'A recipe is needed, but this file is an ablation.',
    remedy: '`gan check`, `gan plan` and `gan sweep` accept ablations.',
    example: { text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\n` },
    says: () => 'This is an ablation, not a recipe.',
  },
  'bad-axis': {
    meaning: 'An axis of an ablation needs either a path with values, or variants.',
    remedy: 'Write { path: train.seed, values: [1, 2, 3] }, or { variants: { NAME: { PATH: VALUE } } }.',
    example: { text: `${ABLATION}  seed: { values: [1, 2] }\n` },
    says: {
      values: (axis: string) => `The axis ${axis} needs either values at a path, or variants.`,
      range: (axis: string) => ({
        message: `The axis ${axis} needs a single path for its range.`,
        remedy: 'Write { path: optimizer.learning_rate, range: [1e-5, 1e-3], scale: log }.',
      }),
    },
  },
  'axes-overlap': {
    meaning: 'Two axes set the same value, and it is unclear which should win.',
    remedy: 'All axes are crossed, so each must set different values.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\n  again: { path: train, values: [{ seed: 3 }] }\n`,
    },
    says: (first: string, second: string, path: string) =>
      `The axes ${first} and ${second} both set ${path}.`,
  },
  'unknown-axis': {
    meaning: 'The report names an axis that does not exist.',
    remedy: 'Use one of the axes under `vary`.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport: { rows: seeds }\n`,
    },
    says: noSuch('axis', 'Axes', ' in this ablation'),
  },
  'too-many': {
    meaning: 'The axes give far too many trials.',
    remedy: 'Remove values: all axes are crossed.',
    example: {
      text: `${ABLATION}${['a', 'b'].map((key) => `  ${key}: { path: game.updates.${key === 'a' ? 'D' : 'G'}.losses.adversarial.weight, values: [${Array.from({ length: 101 }, (_, i) => i + 1).join(', ')}] }\n`).join('')}`,
    },
    says: (trials: number, most: number) => `These axes give ${trials} trials; the maximum is ${most}.`,
  },
  'no-rows': {
    meaning: 'Published numbers are given for levels, but the report does not say of which axis.',
    remedy: 'Set `rows` to the axis whose levels the numbers are for.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport:\n  published: [{ source: A paper, data: maps, metrics: [l1], values: { 1: [0.5] } }]\n`,
    },
    says: () => 'Published numbers belong to rows, but the report has none.',
  },
  'unknown-level': {
    meaning: 'A published number is for a level that its axis does not have.',
    remedy: 'Use one of the levels of the axis.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport:\n  rows: seed\n  published: [{ source: A paper, data: maps, metrics: [l1], values: { 3: [0.5] } }]\n`,
    },
    says: noSuch('level', 'Levels', ' on this axis'),
  },
  'bad-published': {
    meaning: 'A level has more or fewer published numbers than there are metrics.',
    remedy: 'Give one number for each metric, in the same order.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nreport:\n  rows: seed\n  published: [{ source: A paper, data: maps, metrics: [l1], values: { 1: [0.5, 0.6] } }]\n`,
    },
    says: {
      columns: (level: string, columns: Names) => ({
        message: `${level} does not have the shape of the table.`,
        remedy: `Give numbers for each of ${columns.join(', ')}.`,
      }),
      numbers: (level: string, metrics: number) => ({
        message: `${level} does not have the shape of the table.`,
        remedy: `Give a list of ${metrics} numbers.`,
      }),
      count: (level: string, numbers: number, metrics: number) =>
        `${level} has ${counted(numbers, 'number')}, but there ${metrics === 1 ? 'is' : 'are'} ${counted(metrics, 'metric')}.`,
    },
  },
  'no-range': {
    meaning: 'A key that only applies to ranges is used for an axis without one.',
    remedy: 'Remove it, or write range: [FROM, TO] instead of the values.',
    example: { text: `${ABLATION}  seed: { path: train.seed, values: [1, 2], scale: log }\n` },
    says: (key: string, axis: string) => `"${key}" applies to ranges only, and ${axis} has none.`,
  },
  'bad-range': {
    meaning: 'A range is empty, or does not fit its scale.',
    remedy: 'Write [FROM, TO], the smaller number first; a log scale needs numbers above 0.',
    example: {
      text: `${ABLATION}  rate: { path: optimizer.learning_rate, range: [1e-3, 1e-5] }\nsearch: { type: random, budget: 4 }\n`,
    },
    says: {
      order: (from: number, to: number) => `${from} to ${to} is not a range.`,
      log: (from: number) => `A logarithmic range cannot begin at ${from}.`,
      whole: (from: number, to: number) => ({
        message: `There is no whole number from ${from} to ${to}.`,
        remedy: 'Widen it, or leave `whole` out.',
      }),
    },
  },
  endless: {
    meaning: 'An axis is a range, but a grid search runs every value.',
    remedy: 'Draw a fixed number, search: { type: random, budget: 16 }, or list values.',
    example: { text: `${ABLATION}  rate: { path: optimizer.learning_rate, range: [1e-5, 1e-3] }\n` },
    says: (axis: string) => `The axis ${axis} is a range, so a grid search cannot run every value.`,
  },
  'idle-key': {
    meaning: 'A search has a key that belongs to another type of search.',
    remedy: 'Remove it, or set the `type` that you mean.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: random, budget: 1, keep: 0.5 }\n`,
    },
    says: (type: string, key: string, example: string) => ({
      message: `A ${type} search does not use ${key}.`,
      remedy: `Write ${example}.`,
    }),
  },
  'rung-order': {
    meaning: 'The rungs of a halving search do not increase, or lie beyond the end of training.',
    remedy: 'List them from the shortest to the longest, all shorter than `train.for`.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: halving, metric: val/l1, rungs: [10 epochs, 5 epochs] }\n`,
    },
    says: {
      order: () => 'Rungs must increase.',
      end: (end: string) => `Training ends after ${end}: a rung must be shorter.`,
    },
  },
  'unmeasured-rung': {
    meaning: 'No metrics are measured at a rung, so there is nothing to select by.',
    remedy: 'Use multiples of `evaluate.every`.',
    example: {
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: halving, metric: val/l1, rungs: [7 epochs] }\n`,
    },
    says: {
      unit: (every: string, unit: string) => ({
        message: 'It is not certain that a trial is measured then.',
        remedy: `\`evaluate.every\` is ${every}: give the rungs in ${unit}, too.`,
      }),
      multiple: (rung: string, every: string) => ({
        message: `No trial is measured after ${rung}.`,
        remedy: `Use a multiple of \`evaluate.every\`, ${every}, or evaluate more often.`,
      }),
    },
  },
  'phased-rungs': {
    meaning: 'Halving divides a single training length into rungs, but the recipe has several phases.',
    remedy: 'Search with `type: random`, or make each phase a recipe of its own.',
    example: {
      replace: 'for: 100 epochs',
      by: 'phases: [{ id: a, for: 50 epochs }, { id: b, for: 50 epochs }]',
      text: `${ABLATION}  seed: { path: train.seed, values: [1, 2] }\nsearch: { type: halving, metric: val/l1, rungs: [5 epochs] }\n`,
    },
    says: () => 'Halving needs a recipe with one phase.',
  },
} satisfies Codes;
