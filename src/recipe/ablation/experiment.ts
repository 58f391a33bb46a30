import { parseCall } from '../check/parse-call.js';
import { mentions } from '../../core/call.js';
import { joinTexts, mapTexts } from '../../core/json.js';
import type { Registry } from '../../registry/index.js';
import { lossOperands, tensorOperands } from '../check/draft.js';
import type { LoadedPhase } from '../freeze/freeze.js';
import type { Recipe, TensorConfig } from '../recipe.js';

/**
 * A text that two recipes share where they are the same experiment. Name and summary do not count, nor does what no phase
 * plays, nor the order of keys.
 */
export const experimentText = (phases: readonly LoadedPhase[], registry: Registry): string =>
  `[${phases.map(({ recipe }) => canonicalRecipe(recipe, registry)).join()}]`;

/** Texts of games: most of a recipe's text, and shared by many trials. */
const played = new WeakMap<Recipe['game'], Readonly<Record<string, string>>>();

function canonicalRecipe(recipe: Recipe, registry: Registry): string {
  const { name: _name, summary: _summary, optimizer: _default, networks: _all, game, ...rest } = recipe;
  let parts = played.get(game);
  if (!parts) played.set(game, (parts = mapTexts(withoutUnplayed(recipe, registry))));
  return joinTexts({ ...mapTexts(rest), ...parts });
}

function withoutUnplayed(recipe: Recipe, registry: Registry): object {
  const { networks, game } = recipe;
  const names = game.play.flat();
  const updates = pick(game.updates, names);
  const tensors = new Set<string>();
  const used = new Set<string>(Object.values(updates).flatMap(({ train }) => train));
  const read = (texts: readonly unknown[]): void => {
    for (const text of texts) {
      if (typeof text !== 'string') continue;
      const { names: values, networks: called } = mentions(parseCall(text));
      called.forEach((network) => used.add(network));
      values.forEach(visit);
    }
  };
  const visit = (tensor: string): void => {
    const written = game.tensors[tensor];
    if (written === undefined || tensors.has(tensor)) return;
    tensors.add(tensor);
    read(typeof written === 'string' ? [written] : operandsOf(written, registry));
  };
  for (const loss of Object.values(updates).flatMap(({ losses }) => Object.values(losses)))
    read(lossOperands(registry, loss.type).map((key) => loss[key]));
  Object.keys(game.outputs).forEach(visit);
  recipe.sample?.show?.forEach(visit);
  return {
    networks: pick(networks, [...used]),
    game: { ...game, tensors: pick(game.tensors, [...tensors]), updates },
  };
}

const operandsOf = (tensor: TensorConfig, registry: Registry): readonly unknown[] =>
  tensorOperands(registry, tensor.type).map((key) => tensor[key]);

const pick = <T>(from: Readonly<Record<string, T>>, names: readonly string[]): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
