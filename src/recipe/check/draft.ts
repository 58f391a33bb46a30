import type { Registry } from '../../registry/index.js';
import type { RecipeForm } from '../recipe.js';
import { operandKeys } from '../schema/loss.js';
import { soundPart, type Validated } from '../validate/validate.js';

/**
 * A recipe of which parts may be wrong: these are undefined, but their names still count. So one mistake does not hide
 * the others, nor does every mention of its name become one more.
 */
export interface Draft {
  /** false where a whole section cannot be read, so that any name may be one of it. */
  readonly hasAllNames: boolean;
  readonly sources: Parts<RecipeForm['data']>;
  /** By source; known even where something else of the source is wrong. */
  readonly sizes: Parts<Readonly<Record<string, SourceForm['size']>>>;
  readonly fields: readonly {
    readonly name: string;
    readonly source: string;
    readonly config: SourceForm['fields'][string] | undefined;
  }[];
  readonly networks: Parts<RecipeForm['networks']>;
  readonly tensors: Parts<GameForm['tensors']>;
  readonly updates: ReadonlyMap<string, DraftUpdate>;
  readonly play: GameForm['play'] | undefined;
  readonly outputs: Parts<GameForm['outputs']>;
  readonly train: RecipeForm['train'] | undefined;
  readonly sample: RecipeForm['sample'];
  readonly evaluate: RecipeForm['evaluate'];
}

type SourceForm = RecipeForm['data'][string];
type GameForm = RecipeForm['game'];
type UpdateForm = GameForm['updates'][string];

export interface DraftUpdate {
  readonly train: UpdateForm['train'] | undefined;
  readonly losses: Parts<UpdateForm['losses']>;
  /** Nothing is wrong with it or below it. */
  readonly isSound: boolean;
  readonly optimizer: UpdateForm['optimizer'] | undefined;
}

type Parts<T> = ReadonlyMap<string, T[keyof T] | undefined>;

/** Reads a draft out of JSON that validation went over. */
export function readDraft(validated: Validated): Draft {
  const { json, isSound } = validated;
  const at = (...path: string[]): unknown =>
    path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), json);
  const part = <P extends readonly string[]>(...path: P) => soundPart(validated, ...path);
  const names = (...path: string[]): readonly string[] => {
    const value = at(...path);
    return isMap(value) ? Object.keys(value) : [];
  };
  const parts = <P extends readonly string[]>(...path: P) =>
    new Map(names(...path).map((name) => [name, part(...path, name)]));
  const isReadable = (...path: string[]): boolean => at(...path) === undefined || isMap(at(...path));
  return {
    hasAllNames:
      ['data', 'networks', 'game'].every((key) => isReadable(key)) &&
      ['tensors', 'updates', 'outputs'].every((key) => isReadable('game', key)) &&
      names('data').every((source) => isReadable('data', source, 'fields')),
    sources: parts('data'),
    sizes: new Map(names('data').map((name) => [name, part('data', name, 'size')])),
    fields: names('data').flatMap((source) =>
      names('data', source, 'fields').map((name) => ({
        name,
        source,
        config: part('data', source, 'fields', name),
      })),
    ),
    networks: parts('networks'),
    tensors: parts('game', 'tensors'),
    updates: new Map(
      names('game', 'updates').map((name) => [
        name,
        {
          train: part('game', 'updates', name, 'train'),
          losses: parts('game', 'updates', name, 'losses'),
          isSound: isSound(['game', 'updates', name]),
          optimizer: part('game', 'updates', name, 'optimizer'),
        },
      ]),
    ),
    play: part('game', 'play'),
    outputs: parts('game', 'outputs'),
    train: part('train'),
    sample: part('sample'),
    evaluate: part('evaluate'),
  };
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Keys of a loss that hold calls. */
export function lossOperands(registry: Registry, type: string): readonly string[] {
  const definition = registry.find('loss', type);
  return definition ? Object.keys(operandKeys(definition)) : [];
}

/** Keys of a tensor that hold calls. */
export const tensorOperands = (registry: Registry, type: string): readonly string[] =>
  registry.find('tensor', type)?.operands ?? [];
