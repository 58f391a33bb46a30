import { type Static, Type } from 'typebox';
import { NAME_PATTERN } from '../../core/call.js';
import type { Json } from '../../core/json.js';
import { section, SHORT, TYPES } from './keywords.js';
import { duration, integer } from './texts.js';
import type { SectionOf } from './types.js';

const split = Type.String({ minLength: 1, default: 'val', description: 'Which split: train, val, test.' });

/** What a phase may change: all else is the experiment itself, or would change what is on record of it. */
export const CHANGEABLE: readonly string[] = [
  'game',
  'optimizer',
  'networks',
  'data.*.size',
  'data.*.augment',
  'train.batch',
  'train.accumulate',
];

const phase = Type.Object(
  {
    id: Type.Optional(
      Type.String({
        pattern: NAME_PATTERN,
        description: 'Name of the phase; default by position: p1, p2, ...',
      }),
    ),
    for: duration({ description: 'How long it is.' }),
    change: Type.Optional(
      Type.Unsafe<Record<string, Json>>({
        type: 'object',
        description: `What differs in this phase, by path: ${CHANGEABLE.join(', ')}. No variable may change shape; null takes out, * stands for every name.`,
        examples: [{ 'optimizer.learning_rate': 1e-4, 'game.play': ['G'] }],
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'A stretch of training. Weights, optimizer state and averages go on from phase to phase.',
  },
);

export const trainSchema = Type.Object(
  {
    for: Type.Optional(
      duration({
        description: 'How long. A step is one batch, an epoch one pass over the largest source.',
      }),
    ),
    phases: Type.Optional(
      Type.Array(phase, {
        minItems: 1,
        description: 'Stretches of training one after the other, in place of `for`.',
        examples: [
          [
            { id: 'pretrain', for: '10 epochs', change: { 'game.play': ['G'] } },
            { id: 'adversarial', for: '100 epochs' },
          ],
        ],
      }),
    ),
    batch: integer(1, { default: 1, description: 'Examples per step.' }),
    accumulate: integer(1, {
      default: 1,
      description: 'Equal parts that a batch is computed in: less memory, one optimiser step.',
    }),
    seed: Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 1,
      description: 'All randomness derives from it.',
    }),
    on_nonfinite: Type.Union([Type.Literal('stop'), Type.Literal('rollback')], {
      default: 'stop',
      description:
        'What follows a loss or a weight that is NaN or infinite: the run stops, or goes back to the last good checkpoint with half the learning rates, three times at most.',
    }),
  },
  {
    additionalProperties: false,
    description: 'How long and on how much at once.',
    examples: [{ for: '200 epochs', batch: 1, seed: 1 }],
  },
);

/** `train` of a recipe that says nothing of it. */
export const TRAIN_DEFAULTS = Object.fromEntries(
  Object.entries(trainSchema.properties).flatMap(([key, schema]) =>
    'default' in schema ? [[key, schema.default]] : [],
  ),
) as Omit<Static<typeof trainSchema>, 'for' | 'phases'>;

export const sampleSchema = Type.Object(
  {
    every: duration({ description: 'How often a picture of samples is made.', default: '1 epoch' }),
    split,
    count: integer(1, { default: 4, description: 'Examples in the picture.' }),
    draws: integer(1, {
      default: 1,
      description: 'Pictures of each made tensor, each with noise of its own.',
    }),
    show: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description:
          'Columns, fields and tensors; default per output: what it is from, itself, its reference.',
        examples: [['source', 'fake', 'target']],
      }),
    ),
  },
  { additionalProperties: false, description: 'Pictures while it trains, of the same examples each time.' },
);

export const evaluateSchema = Type.Object(
  {
    every: duration({ description: 'How often a split is measured.', default: '1 epoch' }),
    split,
    metrics: Type.Array(
      Type.Unsafe<SectionOf>({
        ...section('metric', 'A metric, by its type.'),
        [SHORT]: { type: 'string', [TYPES]: 'metric' },
      }),
      {
        minItems: 1,
        description: 'Measured on every output with a reference.',
        examples: [['l1', 'psnr', 'ssim']],
      },
    ),
  },
  { additionalProperties: false, description: 'Numbers on images the networks have not seen.' },
);

export const checkpointSchema = Type.Object(
  {
    every: duration({ description: 'How often the state is kept.', default: '1 epoch' }),
    keep: Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('all')], {
      default: 3,
      description: 'How many of the newest are kept, or `all`.',
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'From which a run goes on, and predictions are made.',
  },
);
