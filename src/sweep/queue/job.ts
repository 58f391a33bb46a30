import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { UserError } from '../../core/errors.js';
import { storeSchema } from '../sweep.js';

/** All sweeps share a queue, and workers take whatever comes. */
export const QUEUE = 'gan-trials';

const text = Type.String({ maxLength: 1000 });
const NAME = '^[A-Za-z0-9][A-Za-z0-9_.-]*$';

/** What a worker is told: data alone, of which it checks all before it does anything. */
const jobSchema = Type.Object(
  {
    version: Type.Literal(1),
    /** Of the sweep. */
    key: text,
    name: Type.String({ pattern: NAME, maxLength: 200 }),
    index: Type.Integer({ minimum: 0 }),
    /** Of the run's folder. */
    id: Type.String({ pattern: NAME, maxLength: 200 }),
    /** Of the experiment. */
    hash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    /** The recipe with everything written out. */
    recipe: Type.String({ maxLength: 1 << 20 }),
    /** What its relative paths are beside. */
    recipeFolder: text,
    /** Where its state is kept, for workers that do not see the sweep's folder. */
    store: Type.Optional(storeSchema),
    /** Steps after which it is done for now: it waits for others there. */
    until: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

export type TrialJob = Readonly<Static<typeof jobSchema>>;

/** @throws UserError for what no sweep of ours has put there. */
export function checkJob(data: unknown): TrialJob {
  if (Check(jobSchema, data)) return data;
  throw new UserError('This is no trial of a sweep, or one of another version.');
}

/** One job to a run of a sweep, or to its way to a rung, however often it is handed in. */
export const jobIdOf = (key: string, { hash }: { readonly hash: string }, until?: number): string =>
  `${key}-${hash}${until === undefined ? '' : `-${until}`}`;
