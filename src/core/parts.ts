import { UserError } from './errors.js';

/** The id of the block that a layer belongs to: `encoder/e1` of `encoder/e1/conv`. */
export const blockOf = (id: string): string => id.split('/').slice(0, -1).join('/') || id;

/**
 * Layers that a part's values come from: of a layer or block its last; of `features` the last of every block but the last.
 * @param ids of the network's layers, in computing order.
 * @throws UserError where the network has no such part.
 */
export function partEnds(network: string, ids: readonly string[], part: string): readonly string[] {
  if (part === 'features') {
    return ids.filter((id, i) => i < ids.length - 1 && blockOf(id) !== blockOf(ids[i + 1]!));
  }
  const end = ids.findLast((id) => id === part || `/${blockOf(id)}/`.includes(`/${part}/`));
  if (end !== undefined) return [end];
  throw new UserError(`${network} has no part "${part}".`, {
    exitCode: 2,
    remedy: `Parts: features, ${[...new Set(ids.map(blockOf))].join(', ')}.`,
  });
}
