import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { UserError } from '../../core/errors.js';
import { storeSchema } from '../sweep.js';

/** All sweeps share a queue, and workers take whatever comes. */
export const QUEUE = 'gan-trials';

const text = Type.String({ maxLength: 1000 });
const NAME = '^[A-Za-z0-9][A-Za-z0-9_.-]*$';

/** A job as a worker gets it: plain data, all of which is checked before it is used. */
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
    /** The folder from which its relative paths start. */
    recipeFolder: text,
    /** Where its state is stored, for workers that do not share the sweep's folder. */
    store: Type.Optional(storeSchema),
    /** Steps after which it pauses, at a rung of the search; default: it trains to its end. */
    until: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  { additionalProperties: false },
);

export type TrialJob = Readonly<Static<typeof jobSchema>>;

/** @throws UserError for data that is no job of this program's version. */
export function checkJob(data: unknown): TrialJob {
  if (Check(jobSchema, data)) return data;
  throw new UserError('This is no trial of a sweep, or one of another version.');
}

/** The same for a run and a rung however often it is submitted, so that there is one job for each. */
export const jobIdOf = (key: string, { hash }: { readonly hash: string }, until?: number): string =>
  `${key}-${hash}${until === undefined ? '' : `-${until}`}`;
