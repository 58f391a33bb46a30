import { Type } from 'typebox';
import { named } from './keywords.js';

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
      Type.Array(Type.Unsafe({}), {
        minItems: 1,
        uniqueItems: true,
        description: 'What is put there, one after the other.',
        examples: [[0, 1, 10, 100]],
      }),
    ),
    variants: Type.Optional(
      Type.Unsafe({
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
    description: 'What one axis varies: the values at a path, or named variants.',
    examples: [{ path: 'train.seed', values: [1, 2, 3] }],
  },
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
    vary: Type.Unsafe({
      ...named(axis, { description: 'Axes by name; all are crossed with each other.' }),
      minProperties: 1,
    }),
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
        },
        { additionalProperties: false, default: {}, description: 'The table that is made of all trials.' },
      ),
    ),
  },
  { additionalProperties: false },
);
