import type { LazyArray, NamedArray, NetworkState, TrainState } from '../../src/core/state.js';
import type { Game } from '../../src/trainers/index.js';

/** All of a game's state on the host. */
export async function stateOf(game: Game, step: number): Promise<TrainState> {
  const networks: Record<string, NetworkState> = {};
  const state = game.read(step);
  for (const [name, { weights, average, optimizer }] of Object.entries(state.networks)) {
    networks[name] = {
      weights: await readAll(weights),
      ...(average && { average: await readAll(average) }),
      ...(optimizer && { optimizer: { ...optimizer, slots: await readAll(optimizer.slots) } }),
    };
  }
  return { step, networks, ...(state.kept && { kept: await readAll(state.kept) }) };
}

const readAll = (arrays: readonly LazyArray[]): Promise<NamedArray[]> =>
  Promise.all(arrays.map(async ({ name, shape, read }) => ({ name, shape, data: await read() })));

/** A state on the host as one that is read when it is asked for, as a game gives it. */
export function lazily({ step, networks, kept }: TrainState): TrainState<LazyArray> {
  const lazy = (arrays: readonly NamedArray[]): LazyArray[] =>
    arrays.map(({ name, shape, data }) => ({ name, shape, read: () => Promise.resolve(data.slice()) }));
  return {
    step,
    ...(kept && { kept: lazy(kept) }),
    networks: Object.fromEntries(
      Object.entries(networks).map(([name, { weights, optimizer }]) => [
        name,
        {
          weights: lazy(weights),
          ...(optimizer && { optimizer: { ...optimizer, slots: lazy(optimizer.slots) } }),
        },
      ]),
    ),
  };
}
