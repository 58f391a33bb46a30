import { CallError, parseCall } from '../check/parse-call.js';
import type { Analysed, AnalysedPart } from '../analyse.js';
import { type CheckContext, locatorOf } from '../check/context.js';
import { lossOperands, tensorOperands } from '../check/draft.js';
import { deepFreeze, freezeTrain, type LoadedPhase } from './freeze.js';
import { entry, find, locateKey, type Node, type Path } from '../read/node.js';
import type { Recipe } from '../recipe.js';
import { TRAIN_DEFAULTS } from '../schema/train.js';

/** Sections that cannot be judged as a whole, since something in them may be wrong; `phases`: one has no sound part. */
export type Section = 'game' | 'train' | 'sample' | 'phases';

/** What is sound of a phase, as a recipe. */
export interface PartialRecipe extends Pick<LoadedPhase, 'id' | 'recipe' | 'locate'> {
  readonly broken?: ReadonlySet<Section>;
}

/** The sound parts of each phase; of a recipe without phases, those of the whole. */
export function partialRecipes({ whole, phases }: Analysed): readonly PartialRecipe[] {
  const parts = phases.length > 0 ? phases : [{ id: '', ...whole }];
  const partial = parts.flatMap((part) => {
    const recipe = partialRecipe(part);
    return recipe
      ? [{ id: part.id, recipe, locate: locatorOf(part.root), broken: brokenSections(part) }]
      : [];
  });
  if (partial.length < parts.length) for (const { broken } of partial) broken.add('phases');
  return partial;
}

function brokenSections({ isSound, draft, root }: AnalysedPart): Set<Section> {
  const broken = new Set<Section>();
  if (!isSound) broken.add('game');
  for (const section of ['train', 'sample'] as const)
    if (draft[section] === undefined && entry(root, section)) broken.add(section);
  return broken;
}

/**
 * The sound parts of a recipe in which something is wrong, as data: planning them finds what else is wrong. Parts that are
 * wrong are missing; calls that name them are still there, and have no known shape.
 * @returns undefined where not even the sizes of images are known.
 */
function partialRecipe(context: CheckContext): Recipe | undefined {
  const { draft } = context;
  const data = soundData(context);
  if (!data) return undefined;
  const updates = [...draft.updates].map(([name, { train, optimizer }]) => [
    name,
    {
      train: train ?? [],
      losses: soundLosses(context, name),
      every: '1 step',
      // No optimizer has this type.
      optimizer: optimizer ?? { type: '', learning_rate: 0 },
    },
  ]);
  const names = [...draft.updates.keys()];
  // Where `play` is wrong, most likely every update is played.
  const play = new Set((draft.play ?? names).flat());
  const outputs = Object.entries(
    sound(draft.outputs, (name) => !isWrong(context, ['game', 'outputs', name])),
  ).map(([name, output]) => [name, { from: [], ...output }] as const);
  return deepFreeze({
    name: '',
    data,
    networks: sound(draft.networks, (name) => !isWrong(context, ['networks', name])),
    game: {
      tensors: soundTensors(context),
      updates: Object.fromEntries(updates) as Recipe['game']['updates'],
      play: [...play].filter((name) => names.includes(name)),
      outputs: Object.fromEntries(outputs),
    },
    train: draft.train ? freezeTrain(draft.train) : TRAIN_DEFAULTS,
    ...(draft.sample && { sample: draft.sample }),
    checkpoint: { every: '1 step', keep: 1 },
  });
}

function soundData(context: CheckContext): Recipe['data'] | undefined {
  const { sizes, fields } = context.draft;
  if (sizes.size === 0 || [...sizes.values()].includes(undefined)) return undefined;
  const sources = [...sizes].map(([source, size]) => {
    const soundFields = fields.flatMap(({ name, source: of, config }) => {
      const path = ['data', source, 'fields', name];
      return of !== source || !config || isWrong(context, path) || isNameWrong(context, path)
        ? []
        : [[name, config] as const];
    });
    return [source, { size, fields: Object.fromEntries(soundFields) }];
  });
  return Object.fromEntries(sources) as Recipe['data'];
}

function soundTensors(context: CheckContext): Recipe['game']['tensors'] {
  return sound(context.draft.tensors, (name, config) => {
    const path = ['game', 'tensors', name];
    if (isNameWrong(context, path)) return false;
    if (typeof config === 'string') return isCall(config);
    return hasSoundCalls(context, path, config, tensorOperands(context.registry, config.type));
  });
}

function soundLosses(context: CheckContext, update: string): Recipe['game']['updates'][string]['losses'] {
  return sound(context.draft.updates.get(update)!.losses, (name, config) =>
    hasSoundCalls(
      context,
      ['game', 'updates', update, 'losses', name],
      config,
      lossOperands(context.registry, config.type),
    ),
  );
}

/** Nothing but its operands is wrong, and those are calls, whatever they name. */
function hasSoundCalls(
  context: CheckContext,
  path: Path,
  config: Readonly<Record<string, unknown>>,
  operands: readonly string[],
): boolean {
  const others = Object.keys(config).filter((key) => !operands.includes(key));
  return (
    others.every((key) => !isWrong(context, [...path, key])) &&
    operands.every((key) => typeof config[key] !== 'string' || isCall(config[key]))
  );
}

function isCall(text: string): boolean {
  try {
    parseCall(text);
    return true;
  } catch (error) {
    if (error instanceof CallError) return false;
    throw error;
  }
}

function sound<T>(
  parts: ReadonlyMap<string, T | undefined>,
  isSound: (name: string, part: T) => boolean,
): Readonly<Record<string, T>> {
  const kept = [...parts].flatMap(([name, part]) =>
    part !== undefined && isSound(name, part) ? [[name, part] as const] : [],
  );
  return Object.fromEntries(kept);
}

/** Whether an error was found in a part, its name aside. */
function isWrong({ root, findings }: CheckContext, path: Path): boolean {
  const visit = (node: Node): boolean => {
    switch (node.kind) {
      case 'scalar':
        return findings.hasErrorWithin(node.origin);
      case 'list':
        return node.items.some((item) => findings.hasErrorWithin(item.origin) || visit(item));
      case 'map':
        return [...node.entries.values()].some(
          ({ key, value }) => findings.hasErrorWithin(key) || visit(value),
        );
    }
  };
  const node = find(root, path);
  return node !== undefined && visit(node);
}

function isNameWrong({ root, findings }: CheckContext, path: Path): boolean {
  const key = locateKey(root, path);
  return key !== undefined && findings.hasErrorWithin(key);
}
