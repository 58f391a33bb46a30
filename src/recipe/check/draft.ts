import type { Registry } from '../../registry/index.js';
import type { Json } from '../read/node.js';
import type {
  EvaluateConfig,
  FieldConfig,
  LossConfig,
  OptimizerConfig,
  OutputConfig,
  Recipe,
  RecipeNetwork,
  SampleConfig,
  Size,
  SourceConfig,
  TensorConfig,
  TrainConfig,
} from '../recipe.js';
import { operandKeys } from '../schema/loss.js';
import type { Validated } from '../validate/validate.js';

/**
 * A recipe whose parts may be unsound: those are undefined, while their names still count. So that one slip does not
 * hide the others, nor make every mention of its name one more.
 */
export interface Draft {
  /** false where a whole section cannot be read, so that any name may be one of it. */
  readonly hasAllNames: boolean;
  readonly sources: Parts<SourceConfig>;
  /** By source: known also where something else of the source is wrong. */
  readonly sizes: Parts<Size>;
  readonly fields: readonly {
    readonly name: string;
    readonly source: string;
    readonly config: FieldConfig | undefined;
  }[];
  readonly networks: Parts<RecipeNetwork>;
  readonly tensors: Parts<string | TensorConfig>;
  readonly updates: ReadonlyMap<string, DraftUpdate>;
  readonly play: readonly (string | readonly string[])[] | undefined;
  readonly outputs: Parts<OutputConfig>;
  readonly train: TrainConfig | undefined;
  readonly sample: SampleConfig | undefined;
  readonly evaluate: EvaluateConfig | undefined;
}

export interface DraftUpdate {
  readonly train: readonly string[] | undefined;
  readonly losses: Parts<LossConfig>;
  /** Nothing is wrong with it or below it. */
  readonly isSound: boolean;
  readonly optimizer: OptimizerConfig | undefined;
}

type Parts<T> = ReadonlyMap<string, T | undefined>;

/** Reads a draft out of JSON that validation went over. */
export function readDraft({ json, isSound }: Validated): Draft {
  const recipe = json as unknown as Recipe;
  const at = (...path: string[]): unknown =>
    path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), recipe);
  const part = (...path: string[]): unknown => (isSound(path) ? at(...path) : undefined);
  const names = (...path: string[]): readonly string[] => {
    const value = at(...path);
    return isMap(value) ? Object.keys(value) : [];
  };
  const parts = <T>(...path: string[]): Parts<T> =>
    new Map(names(...path).map((name) => [name, part(...path, name) as T | undefined]));
  const isReadable = (...path: string[]): boolean => at(...path) === undefined || isMap(at(...path));
  return {
    hasAllNames:
      ['data', 'networks', 'game'].every((key) => isReadable(key)) &&
      ['tensors', 'updates', 'outputs'].every((key) => isReadable('game', key)) &&
      names('data').every((source) => isReadable('data', source, 'fields')),
    sources: parts('data'),
    sizes: new Map(names('data').map((name) => [name, part('data', name, 'size') as Size | undefined])),
    fields: names('data').flatMap((source) =>
      names('data', source, 'fields').map((name) => ({
        name,
        source,
        config: part('data', source, 'fields', name) as FieldConfig | undefined,
      })),
    ),
    networks: parts('networks'),
    tensors: parts('game', 'tensors'),
    updates: new Map(
      names('game', 'updates').map((name) => [
        name,
        {
          train: part('game', 'updates', name, 'train') as string[] | undefined,
          losses: parts('game', 'updates', name, 'losses'),
          isSound: isSound(['game', 'updates', name]),
          optimizer: part('game', 'updates', name, 'optimizer') as OptimizerConfig | undefined,
        },
      ]),
    ),
    play: part('game', 'play') as Draft['play'],
    outputs: parts('game', 'outputs'),
    train: part('train') as Draft['train'],
    sample: part('sample') as Draft['sample'],
    evaluate: part('evaluate') as Draft['evaluate'],
  };
}

const isMap = (value: unknown): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys of a loss that hold calls. */
export function lossOperands(registry: Registry, type: string): readonly string[] {
  const definition = registry.find('loss', type);
  return definition ? Object.keys(operandKeys(definition)) : [];
}

/** Keys of a tensor that hold calls. */
export const tensorOperands = (registry: Registry, type: string): readonly string[] =>
  registry.find('tensor', type)?.operands ?? [];
