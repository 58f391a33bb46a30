import { type Static, Type } from 'typebox';
import { DURATION_PATTERN } from '../../core/duration.js';
import type { Json } from '../../core/json.js';
import { named } from './keywords.js';
import type { Frozen } from './types.js';

const axis = Type.Object(
  {
    path: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'The value that is varied, by its path in the recipe; * stands for every name or id.',
        examples: ['game.updates.G.losses.l1.weight', 'game.updates.*.losses.adversarial.type'],
      }),
    ),
    values: Type.Optional(
      Type.Array(Type.Unsafe<Json>({}), {
        minItems: 1,
        uniqueItems: true,
        description: 'What is put there, one after the other.',
        examples: [[0, 1, 10, 100]],
      }),
    ),
    range: Type.Optional(
      Type.Array(Type.Number(), {
        minItems: 2,
        maxItems: 2,
        description: 'Least and largest value, in place of `values`: drawn from by a search that draws.',
        examples: [[1e-5, 1e-3]],
      }),
    ),
    scale: Type.Optional(
      Type.Enum(['linear', 'log'], {
        description:
          'How a `range` is drawn from: evenly (linear, the default), or as much from each power of ten (log).',
      }),
    ),
    whole: Type.Optional(Type.Boolean({ description: 'A `range` has whole numbers only; default: false.' })),
    variants: Type.Optional(
      Type.Unsafe<Record<string, Record<string, Json>>>({
        type: 'object',
        minProperties: 1,
        additionalProperties: {
          type: 'object',
          description: 'Values by path; null takes out. {} is the base.',
        },
        description: 'Named sets of changes, where one value is not enough.',
        examples: [{ L1: { 'game.play': ['G'] }, 'L1+cGAN': {} }],
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'What one axis varies: values at a path, or a range of them, or named variants.',
    examples: [{ path: 'train.seed', values: [1, 2, 3] }],
  },
);

/** Which keys go with which type, `readSearch` in `ablation/search.ts` says. */
const search = Type.Object(
  {
    type: Type.Enum(['grid', 'random', 'halving'], {
      description:
        'grid: every combination (the default). random: as many as `budget` says, drawn at random. halving: all begin, and after each rung the best go on (successive halving, arXiv:1502.07943).',
    }),
    budget: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'How many combinations are drawn, each run with every level of the averaged axis; with halving: how many begin, all where it is left out.',
        examples: [16],
      }),
    ),
    seed: Type.Optional(
      Type.Integer({
        minimum: 0,
        description: 'Of the draw; a larger budget adds to what a smaller one drew. Default: 1.',
      }),
    ),
    metric: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'What halving judges by: the mean over the averaged axis.',
        examples: ['val/l1'],
      }),
    ),
    rungs: Type.Optional(
      Type.Array(Type.String({ pattern: DURATION_PATTERN }), {
        minItems: 1,
        description:
          'After how long halving compares those that are left, in the order of time; the last of them train to the end.',
        examples: [['500 steps', '1000 steps']],
      }),
    ),
    keep: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        description: 'Share that goes on from each rung of halving, rounded up. Default: 0.5.',
      }),
    ),
  },
  { additionalProperties: false, description: 'Which combinations of the axes are run, and how far.' },
);

const numbers = Type.Array(Type.Number(), { minItems: 1, description: 'In the order of `metrics`.' });

const published = Type.Object(
  {
    source: Type.String({
      minLength: 1,
      description: 'Where they are printed.',
      examples: ['Isola et al. 2017, table 1'],
    }),
    data: Type.String({
      minLength: 1,
      description: 'What they were measured on, and how: mostly not what is measured here.',
      examples: ['Cityscapes, labels to photographs'],
    }),
    metrics: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      uniqueItems: true,
      description: 'Names of the numbers.',
      examples: [['per-pixel accuracy', 'class IoU']],
    }),
    values: Type.Unsafe<Record<string, readonly number[] | Record<string, readonly number[]>>>({
      type: 'object',
      minProperties: 1,
      additionalProperties: {
        anyOf: [numbers, { type: 'object', minProperties: 1, additionalProperties: numbers }],
      },
      description: 'By level of `rows`, and below it by level of `columns` where there is such an axis.',
      examples: [{ L1: [0.42, 0.11], 'L1+cGAN': [0.66, 0.17] }],
    }),
  },
  { additionalProperties: false, description: 'Numbers from elsewhere.' },
);

const axisName = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

/** An ablation in its full form: a base recipe and what is varied about it, all axes crossed. */
export const ablationSkeleton = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
      title: 'name',
      description: 'Of the ablation.',
      examples: ['losses'],
    }),
    summary: Type.Optional(Type.String({ description: 'One line: what it is to show.' })),
    base: Type.String({
      minLength: 1,
      description: 'The recipe file that is varied, beside this file.',
      examples: ['../pix2pix-maps.yaml'],
    }),
    vary: named(axis, { description: 'Axes by name; all are crossed with each other.', minProperties: 1 }),
    search: Type.Optional(search),
    report: Type.Optional(
      Type.Object(
        {
          metrics: Type.Optional(
            Type.Array(Type.String({ minLength: 1 }), {
              minItems: 1,
              uniqueItems: true,
              description: 'Columns of numbers, as runs name them; default: all that the recipe evaluates.',
              examples: [['val/l1', 'val/ssim']],
            }),
          ),
          rows: axisName('The axis whose levels are the rows.'),
          columns: axisName('The axis whose levels are columns.'),
          average: axisName('The axis over which mean and deviation are taken: mostly the seed.'),
          published: Type.Optional(
            Type.Array(published, {
              minItems: 1,
              description: 'What others found, to stand beside the table.',
            }),
          ),
        },
        { additionalProperties: false, default: {}, description: 'The table that is made of all trials.' },
      ),
    ),
  },
  { additionalProperties: false },
);

/** An ablation whose form is right. */
export type AblationForm = Frozen<Static<typeof ablationSkeleton>>;
