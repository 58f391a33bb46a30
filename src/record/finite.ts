import { NonFinite } from '../core/non-finite.js';
import type { LazyArray, NetworkState, TrainState } from '../core/state.js';

/** The same state, whose arrays are looked through as they are read. Reading one @throws NonFinite where a number is none. */
export function onlyFinite(state: TrainState<LazyArray>): TrainState<LazyArray> {
  const checked = (owner: string, arrays: readonly LazyArray[]): readonly LazyArray[] =>
    arrays.map((array) => ({
      ...array,
      read: async () => {
        const data = await array.read();
        const value = nonFiniteOf(data);
        if (value !== undefined) throw new NonFinite(state.step, 'weight', `${owner}/${array.name}`, value);
        return data;
      },
    }));
  const network = (
    name: string,
    { weights, average, optimizer }: NetworkState<LazyArray>,
  ): NetworkState<LazyArray> => ({
    weights: checked(name, weights),
    ...(average && { average: checked(`${name}.average`, average) }),
    ...(optimizer && {
      optimizer: { ...optimizer, slots: checked(`${name}.optimizer`, optimizer.slots) },
    }),
  });
  return {
    ...state,
    networks: Object.fromEntries(
      Object.entries(state.networks).map(([name, each]) => [name, network(name, each)]),
    ),
    ...(state.kept && { kept: checked('game', state.kept) }),
  };
}

/** The first number that is none. A plain loop: `find` calls a function for each of a hundred million numbers. */
function nonFiniteOf(data: Float32Array): number | undefined {
  for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return data[i];
  return undefined;
}
