import { losses } from '../../src/losses/index.js';
import type { LossDefinition } from '../../src/registry/index.js';

/** A shipped loss that takes these operands. */
export function lossOf<K extends LossDefinition['operands']>(
  type: string,
  operands: K,
): Extract<LossDefinition, { operands: K }> {
  const definition = losses.find((loss) => loss.type === type);
  if (definition?.operands !== operands) throw new Error(`${type} takes no ${operands}`);
  return definition as Extract<LossDefinition, { operands: K }>;
}
