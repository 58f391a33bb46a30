import { Type } from 'typebox';
import { named, overlay, section, SECTION, SHORT, UNDERSTOOD } from './keywords.js';
import type { LossConfig } from './loss.js';
import type { OptimizerConfig } from './optimizer.js';
import { call, steps } from './texts.js';
import type { SectionOf } from './types.js';

const name = (description: string) => Type.String({ minLength: 1, description });
const names = (description: string) =>
  Type.Array(name('A name.'), { minItems: 1, uniqueItems: true, description, [SHORT]: name(description) });

export type TensorConfig = SectionOf;

const tensor = Type.Unsafe<string | TensorConfig>({
  anyOf: [call('A call.', ['G(source)']), { type: 'object', [SECTION]: 'tensor' }],
  title: 'tensor',
  description: 'A call, or a tensor no network makes: { type, ... }.',
});

const update = Type.Object(
  {
    train: names('Networks that it trains; default: the network with the update’s name.'),
    losses: named(section<LossConfig>('loss', 'A loss, by its type.'), {
      description: 'What is minimised: the sum of weight times loss.',
    }),
    every: steps({ default: '1 step', description: 'Played in steps divisible by it; nothing is scaled.' }),
    optimizer: overlay<OptimizerConfig>(
      'optimizer',
      'Changes to the recipe’s `optimizer`, or a complete one if the recipe has none.',
    ),
  },
  {
    additionalProperties: false,
    description: 'Gradients of losses for networks, and one optimiser step.',
    [UNDERSTOOD]: ['train', 'optimizer'],
  },
);

const output = Type.Object(
  {
    from: Type.Optional(
      Type.Array(name('A field or tensor.'), {
        uniqueItems: true,
        description: 'Fields and tensors it is made from; default: the fields it depends on.',
        [SHORT]: name('The field or tensor it is made from.'),
      }),
    ),
    reference: Type.Optional(name('The field to compare it with.')),
  },
  {
    additionalProperties: false,
    description: 'What the game makes.',
    examples: [{ from: 'source', reference: 'target' }],
  },
);

/** Who plays what against whom. */
export const gameSchema = Type.Object(
  {
    tensors: named(tensor, {
      description: 'Computed once a step, with the weights at its start.',
      examples: [{ fake: 'G(source)' }],
      default: {},
    }),
    updates: named(update, { description: 'The moves of the game.', minProperties: 1 }),
    play: Type.Array(Type.Union([name('An update.'), Type.Array(name('An update.'), { minItems: 1 })]), {
      minItems: 1,
      description:
        'The updates of one step in order; an inner list is played at once. Required where there is more than one update.',
      examples: [['D', 'G'], [['D', 'G']]],
    }),
    outputs: named(output, {
      description: 'The tensors that samples show, metrics measure and predictions return.',
      default: {},
    }),
  },
  {
    additionalProperties: false,
    description: 'The game: tensors, and updates of networks that play for or against each other.',
    [UNDERSTOOD]: ['play'],
  },
);
