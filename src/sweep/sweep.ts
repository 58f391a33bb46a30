import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { UserError } from '../core/errors.js';
import { ensureFolder, isFileError, reason, replaceFile } from '../record/index.js';

const numbers = Type.Array(Type.Number());
const texts = Type.Record(Type.String(), Type.String());

const runSchema = Type.Object({
  /** Position among the sweep's runs, from 0: what --index takes. */
  index: Type.Integer({ minimum: 0 }),
  /** Name of its folder in the sweep's. */
  id: Type.String(),
  /** Of the experiment. */
  hash: Type.String(),
  /** Level by axis, of each cell that it fills: several where trials are equal. */
  cells: Type.Array(texts, { minItems: 1 }),
  /** Steps after which it is compared with the others that are left: one to each rung of the search. */
  rungs: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }))),
});

const draw = { budget: Type.Optional(Type.Integer()), seed: Type.Integer() };

/** A store of trials: an MLflow run, by its id. */
export const storeSchema = Type.Object(
  {
    type: Type.Literal('mlflow'),
    run: Type.String({ pattern: '^[A-Za-z0-9_-]+$', maxLength: 100 }),
  },
  { additionalProperties: false },
);

const sweepSchema = Type.Object({
  version: Type.Literal(1),
  /** Random, and never changed: by it a tracking server finds all runs of this sweep. */
  key: Type.String(),
  name: Type.String(),
  summary: Type.Optional(Type.String()),
  /** The ablation, absolute. */
  file: Type.String(),
  /** Absolute: the folder from which relative paths in the trials start. */
  recipeFolder: Type.String(),
  /** In the order in which they were written: levels by name. */
  axes: Type.Array(Type.Object({ name: Type.String(), levels: Type.Array(Type.String()) })),
  search: Type.Optional(
    Type.Union([
      Type.Object({ type: Type.Enum(['grid', 'random']), ...draw }),
      Type.Object({
        type: Type.Literal('halving'),
        ...draw,
        metric: Type.String(),
        rungs: Type.Array(Type.String()),
        keep: Type.Number(),
      }),
    ]),
  ),
  report: Type.Object({
    metrics: Type.Array(Type.String()),
    rows: Type.Optional(Type.String()),
    columns: Type.Optional(Type.String()),
    average: Type.Optional(Type.String()),
    published: Type.Optional(
      Type.Array(
        Type.Object({
          source: Type.String(),
          data: Type.String(),
          metrics: Type.Array(Type.String()),
          values: Type.Record(Type.String(), Type.Union([numbers, Type.Record(Type.String(), numbers)])),
        }),
      ),
    ),
  }),
  /** Where its trials are stored in addition to this folder. */
  store: Type.Optional(storeSchema),
  /** By metric: which way is good. */
  better: Type.Record(Type.String(), Type.Enum(['lower', 'higher'])),
  runs: Type.Array(runSchema),
});

/** One run of a sweep. */
export type SweepRun = Readonly<Static<typeof runSchema>>;
/** What a sweep consists of, as its folder holds it. How far it is follows from the journals of its runs. */
export type Sweep = Readonly<Static<typeof sweepSchema>>;

const MANIFEST = 'sweep.json';

/** Where a run's recipe lies: everything written out. */
export const recipeOf = (folder: string, { id }: Pick<SweepRun, 'id'>): string =>
  join(folder, 'recipes', `${id}.yaml`);

/** Writes down what a sweep consists of; one that is there keeps its key and its store. Several processes may do so at once. */
export async function writeSweep(
  folder: string,
  sweep: Omit<Sweep, 'version' | 'key'>,
  recipes: Readonly<Record<string, string>>,
  ablation: string,
): Promise<Sweep> {
  const { key, store }: Pick<Sweep, 'key' | 'store'> = (await readSweepIfThere(folder)) ?? {
    key: randomUUID(),
  };
  const whole: Sweep = { version: 1, key, ...(store ? { store } : {}), ...sweep };
  await ensureFolder(join(folder, 'recipes'));
  for (const run of sweep.runs) await replaceFile(recipeOf(folder, run), recipes[run.id]!);
  await replaceFile(join(folder, 'ablation.yaml'), ablation);
  await replaceFile(join(folder, MANIFEST), `${JSON.stringify(whole, undefined, 2)}\n`);
  return whole;
}

/** @throws UserError where the folder is no sweep's. */
export async function readSweep(folder: string): Promise<Sweep> {
  const sweep = await readSweepIfThere(folder);
  if (sweep) return sweep;
  throw new UserError(`There is no sweep in ${folder}.`, {
    exitCode: 2,
    remedy: 'Name a sweep as its ablation is named, or its folder; `gan sweep ABLATION` starts one.',
  });
}

/** @returns undefined where there is none. */
export async function readSweepIfThere(folder: string): Promise<Sweep | undefined> {
  const file = join(folder, MANIFEST);
  try {
    const read: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (Check(sweepSchema, read)) return read;
  } catch (error) {
    if (isFileError(error) && error.code === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UserError(`${file} is damaged, or of another version: ${reason(new Error('not a sweep'))}.`, {
    exitCode: 2,
    remedy: '`gan sweep ABLATION` writes it anew once it is removed; no run is lost.',
  });
}
