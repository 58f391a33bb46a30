import { Type } from 'typebox';
import { gameSchema } from './game.js';
import { named, section } from './keywords.js';
import type { RecipeNetwork } from './network.js';
import type { OptimizerConfig } from './optimizer.js';
import type { SourceConfig } from './source.js';
import { checkpointSchema, evaluateSchema, sampleSchema, trainSchema } from './train.js';

/** A recipe in its full form. A section with a `type` is checked by the schema of that definition. */
export const recipeSkeleton = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
      title: 'name',
      description: 'Of the experiment; runs are kept in a folder of this name.',
      examples: ['pix2pix-maps'],
    }),
    summary: Type.Optional(Type.String({ description: 'One line: what it is and where it is from.' })),
    data: named(
      section<SourceConfig>('dataset', 'A source: one stream of examples, shuffled and augmented by itself.'),
      { description: 'Sources of examples by name. Unpaired data are two sources.', minProperties: 1 },
    ),
    networks: named(section<RecipeNetwork>('network', 'A network, by its type or `like` another.'), {
      description: 'Networks by name.',
      minProperties: 1,
    }),
    game: gameSchema,
    optimizer: Type.Optional(
      section<OptimizerConfig>('optimizer', 'Of all updates; an update’s own is merged over it.'),
    ),
    train: trainSchema,
    sample: Type.Optional(sampleSchema),
    evaluate: Type.Optional(evaluateSchema),
    checkpoint: checkpointSchema,
  },
  { additionalProperties: false },
);
