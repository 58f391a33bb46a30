import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import type { BlockStyle } from './conv-block.js';
import type { LayerConfig } from '../registry/index.js';

/** Key of families of residual blocks that can have self-attention. */
export const attentionParam = () =>
  Type.Optional(
    Type.Integer({
      minimum: 2,
      maximum: 256,
      description:
        'Side in pixels of the map that a self-attention layer stands on: SAGAN’s 32 (arXiv:1805.08318); default: none.',
    }),
  );

/**
 * The self-attention layer after a block whose map's shorter side is `attention`.
 * @param sides of the maps of all blocks that it may follow.
 * @throws UserError where none is.
 */
export function attentionBehind(
  side: number,
  attention: number | undefined,
  sides: readonly number[],
  { init, weight_norm }: BlockStyle,
): readonly LayerConfig[] {
  if (attention === undefined) return [];
  if (!sides.includes(attention)) {
    throw new UserError(`No block makes a map of ${attention} pixels, which self-attention would stand on.`, {
      exitCode: 2,
      point: { key: 'attention' },
      remedy: `Sides of its maps: ${[...sides].sort((a, b) => a - b).join(', ')}.`,
    });
  }
  return side === attention ? [{ id: 'attention', type: 'self-attention', init, weight_norm }] : [];
}
