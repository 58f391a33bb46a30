import { createHash } from 'node:crypto';
import { parseCall } from '../calls.js';
import { mentions } from '../../core/call.js';
import type { Registry } from '../../registry/index.js';
import { lossOperands, tensorOperands } from '../draft.js';
import type { LoadedPhase } from '../judge.js';
import type { Recipe, TensorConfig } from '../recipe.js';

/**
 * What a recipe amounts to, as a checksum: equal where two recipes are the same experiment. Name and summary do not count,
 * nor does what no phase plays, nor the order of keys.
 */
export function experimentHash(phases: readonly LoadedPhase[], registry: Registry): string {
  const played = phases.map(({ recipe }) => withoutUnplayed(recipe, registry));
  return createHash('sha256').update(canonical(played)).digest('hex');
}

function withoutUnplayed(recipe: Recipe, registry: Registry): unknown {
  const { name: _name, summary: _summary, optimizer: _default, networks, game, ...rest } = recipe;
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
    ...rest,
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
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
