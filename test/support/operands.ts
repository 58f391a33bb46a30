import { UserError } from '../../src/core/errors.js';
import type { Shape } from '../../src/core/shape.js';
import type { TensorDefinition } from '../../src/registry/index.js';
import { paramsOf } from './params.js';

/** Uneven, so that heights, widths and channels cannot be mistaken for each other: a colour image, a mask, a vector. */
const SHAPES: readonly Shape[] = [[8, 12, 3], [8, 12, 1], [5]];

/** Every choice of shapes for a tensor's operands: those that its example takes, and those that it refuses. */
export function operandsOf(definition: TensorDefinition): { taken: Shape[][]; refused: Shape[][] } {
  const params = paramsOf(definition, definition.example);
  const choices = definition.operands.reduce<Shape[][]>(
    (before, _operand) => before.flatMap((shapes) => SHAPES.map((shape) => [...shapes, shape])),
    [[]],
  );
  const isTaken = (shapes: readonly Shape[]): boolean => {
    try {
      definition.shape(params, shapes);
      return true;
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  };
  return { taken: choices.filter(isTaken), refused: choices.filter((shapes) => !isTaken(shapes)) };
}
