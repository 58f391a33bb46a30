import { UserError } from './errors.js';
import { formatShape, type Shape } from './shape.js';

/** The input as `[height, width, channels]`. @throws UserError where a vector or several inputs come. */
export function imageShape(layer: string, inputs: readonly Shape[]): readonly [number, number, number] {
  const [shape] = inputs;
  if (inputs.length !== 1 || shape?.length !== 3) {
    const named = inputs.map((each) =>
      each.length === 1 ? `a vector of ${formatShape(each)}` : formatShape(each),
    );
    throw new UserError(
      `${withArticle(layer)} takes one image (height x width x channels), but gets ${named.join(' and ') || 'nothing'}.`,
      {
        exitCode: 2,
        point: { key: 'from' },
        remedy:
          inputs.length > 1
            ? JOIN_FIRST
            : 'In a network, a dense layer and a reshape turn a vector into an image.',
      },
    );
  }
  return [shape[0]!, shape[1]!, shape[2]!];
}

/** The one input. @throws UserError where there are several. */
export function singleShape(layer: string, inputs: readonly Shape[]): Shape {
  if (inputs.length !== 1) {
    throw new UserError(
      `${withArticle(layer)} takes one input, but gets ${inputs.length}: ${inputs.map(formatShape).join(', ')}.`,
      { exitCode: 2, point: { key: 'from' }, remedy: JOIN_FIRST },
    );
  }
  return inputs[0]!;
}

const JOIN_FIRST = 'Combine them first: by an add, or a concat, which stacks their channels.';

const withArticle = (name: string): string => `${/^[aeiou]/.test(name) ? 'An' : 'A'} ${name}`;
