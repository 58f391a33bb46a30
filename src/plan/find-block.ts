/** Where in a network's keys the block stands that a layer is part of: the list and the position in it. */
export interface BlockPlace {
  readonly list: string;
  readonly at: number;
  readonly block: object;
}

/** @param network its keys as the recipe has them. @param layer an id; the steps of it name the block. */
export function findBlock(network: object, layer: string): BlockPlace | undefined {
  const names = layer.split('/');
  for (const [list, blocks] of Object.entries(network)) {
    if (!Array.isArray(blocks)) continue;
    const at = blocks.findIndex((block: unknown) => isBlock(block) && names.includes(String(block['id'])));
    if (at >= 0) return { list, at, block: blocks[at] as object };
  }
  return undefined;
}

const isBlock = (block: unknown): block is Readonly<Record<string, unknown>> =>
  typeof block === 'object' && block !== null && 'id' in block;
