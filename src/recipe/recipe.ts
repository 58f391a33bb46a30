import type { Static } from 'typebox';
import type { Span } from '../core/call.js';
import type { Diagnostic } from '../core/errors.js';
import type { recipeSkeleton } from './schema/recipe.js';
import type { FieldConfig } from './schema/source.js';
import type { Frozen } from './schema/types.js';

export type { TensorConfig } from './schema/game.js';
export type { LossConfig } from './schema/loss.js';
export type { RecipeNetwork } from './schema/network.js';
export type { OptimizerConfig, ScheduleConfig } from './schema/optimizer.js';
export type { FieldConfig, SourceConfig } from './schema/source.js';

/** Where a part of a recipe was written: `locate(['networks', 'G', 'depth'])`. */
export type Locator = (
  path: readonly (string | number)[],
  /** A stretch of the call at the path. */
  span?: Span,
) => Pick<Diagnostic, 'place' | 'source'>;

/**
 * A recipe whose form is right: short forms are expanded, `extends` and `--set` applied, every default filled in. The
 * schemas in `schema/` say what each key means.
 */
export type RecipeForm = Frozen<Static<typeof recipeSkeleton>>;

type FormOf<K extends 'game' | 'train'> = RecipeForm[K];

/**
 * A recipe as data, as `resolved.yaml` has it: validated, checked and deeply frozen. Calls (`D(source, fake)`) and
 * durations (`200 epochs`) stay texts; the plan parses them.
 */
export type Recipe = Omit<RecipeForm, 'game' | 'train'> & {
  readonly game: GameConfig;
  readonly train: TrainConfig;
};

export type GameConfig = Omit<FormOf<'game'>, 'outputs'> & {
  readonly outputs: Readonly<Record<string, OutputConfig>>;
};

/** `from` is always written out: without it, an output is made from all fields that it depends on. */
export type OutputConfig = Required<Pick<OutputForm, 'from'>> & OutputForm;

type OutputForm = FormOf<'game'>['outputs'][string];

/** One length, or phases: of one phase without changes only the length is left. */
export type TrainConfig = Omit<FormOf<'train'>, 'phases'> & { readonly phases?: readonly PhaseConfig[] };

/** A phase without an `id` is called by its position. */
export type PhaseConfig = Required<Pick<PhaseForm, 'id'>> & PhaseForm;

type PhaseForm = NonNullable<FormOf<'train'>['phases']>[number];

export type SampleConfig = NonNullable<Recipe['sample']>;

export type EvaluateConfig = NonNullable<Recipe['evaluate']>;

export type CheckpointConfig = Recipe['checkpoint'];

export type Size = Recipe['data'][string]['size'];

/** By source and field, what was found in the data of a field that the recipe leaves open. */
export type FieldFacts = Readonly<Record<string, Readonly<Record<string, Partial<FieldConfig>>>>>;
