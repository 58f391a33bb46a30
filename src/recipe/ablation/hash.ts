import { createHash } from 'node:crypto';
import { parseCall } from '../check/parse-call.js';
import { mentions } from '../../core/call.js';
import type { Registry } from '../../registry/index.js';
import { lossOperands, tensorOperands } from '../check/draft.js';
import type { LoadedPhase } from '../analyse.js';
import type { Recipe, TensorConfig } from '../recipe.js';

/**
 * What a recipe amounts to, as a checksum: equal where two recipes are the same experiment. Name and summary do not count,
 * nor does what no phase plays, nor the order of keys.
 */
export function experimentHash(phases: readonly LoadedPhase[], registry: Registry): string {
  const played = phases.map(({ recipe }) => canonicalRecipe(recipe, registry));
  return createHash('sha256').update(`[${played.join()}]`).digest('hex');
}

/** What a game that is shared by many trials amounts to, which is most of their recipes. */
const played = new WeakMap<Recipe['game'], Readonly<Record<string, string>>>();

function canonicalRecipe(recipe: Recipe, registry: Registry): string {
  const { name: _name, summary: _summary, optimizer: _default, networks: _all, game, ...rest } = recipe;
  let parts = played.get(game);
  if (!parts) played.set(game, (parts = mapTexts(withoutUnplayed(recipe, registry))));
  return joined({ ...mapTexts(rest), ...parts });
}

const mapTexts = (value: object): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(value).map(([key, item]) => [key, canonical(item)]));

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

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  return joined(mapTexts(value));
}

function joined(texts: Readonly<Record<string, string>>): string {
  const entries = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, text]) => `${JSON.stringify(key)}:${text}`).join()}}`;
}
