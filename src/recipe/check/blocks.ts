import type { Path } from '../node.js';
import { suggest } from '../suggest.js';
import { type CheckContext, valueAt } from './context.js';

type Block = Readonly<Record<string, unknown>>;

/** Blocks have ids of their own, and skips name one of them. */
export function checkBlocks(context: CheckContext): void {
  for (const [name, network] of context.draft.networks) {
    const lists = Object.entries(network ?? {}).flatMap(([key, value]) =>
      Array.isArray(value) && value.every(isBlock) ? [{ path: ['networks', name, key], blocks: value }] : [],
    );
    const ids = new Set<unknown>();
    for (const { path, blocks } of lists) checkIds(context, path, blocks, ids);
    for (const { path, blocks } of lists) checkSkips(context, path, blocks, ids);
  }
}

const isBlock = (value: unknown): value is Block =>
  typeof value === 'object' && value !== null && 'id' in value;

function checkIds(context: CheckContext, path: Path, blocks: readonly Block[], ids: Set<unknown>): void {
  blocks.forEach((block, i) => {
    if (ids.has(block['id'])) {
      context.findings.error(
        'duplicate-id',
        `"${String(block['id'])}" is the id of another block already.`,
        valueAt(context, [...path, i, 'id']),
      );
    }
    ids.add(block['id']);
  });
}

function checkSkips(
  context: CheckContext,
  path: Path,
  blocks: readonly Block[],
  ids: ReadonlySet<unknown>,
): void {
  const known = [...ids].map(String);
  blocks.forEach((block, i) => {
    const skip = block['skip'];
    if (typeof skip !== 'string' || ids.has(skip)) return;
    const others = known.filter((id) => id !== block['id']);
    context.findings.error(
      'unknown-block',
      `"${skip}" is no block of this network.`,
      valueAt(context, [...path, i, 'skip']),
      suggest(skip, others, 'Blocks'),
    );
  });
}
