import { UserError } from './errors.js';
import { formatShape, type Shape } from './shape.js';

/** The input as `[height, width, channels]`. @throws UserError where a vector or several inputs come. */
export function imageShape(layer: string, inputs: readonly Shape[]): readonly [number, number, number] {
  const [shape] = inputs;
  if (inputs.length !== 1 || shape?.length !== 3) {
    const got = inputs.map(formatShape).join(' and ') || 'nothing';
    throw new UserError(
      `${withArticle(layer)} takes one image (height x width x channels), and gets ${got}.`,
      {
        exitCode: 2,
      },
    );
  }
  return [shape[0]!, shape[1]!, shape[2]!];
}

/** The one input. @throws UserError where there are several. */
export function singleShape(layer: string, inputs: readonly Shape[]): Shape {
  if (inputs.length !== 1) {
    throw new UserError(
      `${withArticle(layer)} takes one input, and gets ${inputs.length}: ${inputs.map(formatShape).join(', ')}.`,
      {
        exitCode: 2,
      },
    );
  }
  return inputs[0]!;
}

const withArticle = (name: string): string => `${/^[aeiou]/.test(name) ? 'An' : 'A'} ${name}`;
