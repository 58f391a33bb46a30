import type { Path } from '../read/node.js';
import { type CheckContext, valueAt } from './context.js';

type Block = Readonly<Record<string, unknown>>;

interface BlockList {
  readonly path: Path;
  readonly blocks: readonly Block[];
}

/** Ids of blocks differ, and skips name a block of another list: of the encoder's. */
export function checkBlocks(context: CheckContext): void {
  for (const [name, network] of context.draft.networks) {
    const lists = Object.entries(network ?? {}).flatMap(([key, value]): BlockList[] =>
      Array.isArray(value) && value.every(isBlock) ? [{ path: ['networks', name, key], blocks: value }] : [],
    );
    checkIds(context, lists);
    for (const list of lists) {
      const others = lists.filter((other) => other !== list);
      checkSkips(
        context,
        list,
        others.flatMap(({ blocks }) => blocks.map((block) => String(block['id']))),
      );
    }
  }
}

const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && 'id' in value;

function checkIds(context: CheckContext, lists: readonly BlockList[]): void {
  const ids = new Set<unknown>();
  for (const { path, blocks } of lists) {
    blocks.forEach((block, i) => {
      if (ids.has(block['id'])) {
        const at = valueAt(context, [...path, i, 'id']);
        context.findings.error('duplicate-id.block', at, String(block['id']));
      }
      ids.add(block['id']);
    });
  }
}

function checkSkips(context: CheckContext, { path, blocks }: BlockList, ids: readonly string[]): void {
  blocks.forEach((block, i) => {
    const skip = block['skip'];
    if (typeof skip !== 'string' || ids.includes(skip)) return;
    const at = valueAt(context, [...path, i, 'skip']);
    context.findings.error('unknown-block', at, skip, ids);
  });
}
