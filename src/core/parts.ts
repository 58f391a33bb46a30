import { UserError } from './errors.js';

/** The id of the block that a layer belongs to: `encoder/e1` of `encoder/e1/conv`. */
const blockOf = (id: string): string => id.split('/').slice(0, -1).join('/') || id;

/** A network as its calls see it. */
export interface NetworkParts {
  readonly name: string;
  /** In computing order. */
  readonly layers: readonly { readonly config: { readonly id: string } }[];
  /** Layers that its outputs come from: by name, or in order where a call gives them all; absent: the last layer. */
  readonly outputs?: Readonly<Record<string, string>> | readonly string[];
}

/**
 * Layers that a call's values come from: without a part the network's output; of a layer or block its last; of `features`
 * the last of every block but those of the outputs.
 * @throws UserError where the network has no such part, or has several outputs and the call does not say which.
 */
export function partEnds(
  { name, layers, outputs }: NetworkParts,
  part: string | undefined,
): readonly string[] {
  const ids = layers.map((layer) => layer.config.id);
  const named = outputs && !isList(outputs) ? outputs : undefined;
  if (part === undefined) {
    if (!named) return isList(outputs) ? outputs : [ids.at(-1)!];
    const names = Object.keys(named);
    throw new UserError(`${name} has several outputs, and this call does not say which.`, {
      exitCode: 2,
      point: { code: 'which-output' },
      remedy: `Write ${names.map((output) => `${name}.${output}(...)`).join(' or ')}.`,
    });
  }
  const output = named?.[part];
  if (output !== undefined) return [output];
  if (part === 'features') {
    const ends = (outputs ? Object.values(outputs) : [ids.at(-1)!]).map(blockOf);
    return ids.filter((id, i) => blockOf(id) !== blockOf(ids[i + 1] ?? '') && !ends.includes(blockOf(id)));
  }
  const end = ids.findLast((id) => id === part || `/${blockOf(id)}/`.includes(`/${part}/`));
  if (end !== undefined) return [end];
  const parts = [...Object.keys(named ?? {}), 'features', ...new Set(ids.map(blockOf))];
  throw new UserError(`${name} has no part "${part}".`, {
    exitCode: 2,
    point: { code: 'unknown-part' },
    remedy: `Parts: ${[...new Set(parts)].join(', ')}.`,
  });
}

const isList = (outputs: NetworkParts['outputs']): outputs is readonly string[] => Array.isArray(outputs);
