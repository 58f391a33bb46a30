import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import { defineTensor } from '../registry/index.js';

export const randomLabel = defineTensor({
  type: 'random-label',
  summary:
    'A class drawn at random for each example, one-hot: new in every step, fixed in samples and evaluation.',
  description: 'All classes are equally likely, however often the data have them. Shape: [classes].',
  formula: 'y = one-hot of c, c ~ U{1, ..., classes}',
  paper: 'arXiv:1610.09585',
  params: Type.Object(
    { of: Type.String({ description: 'A field of classes, for their number; its values are not used.' }) },
    { additionalProperties: false },
  ),
  example: { type: 'random-label', of: 'label' },
  operands: ['of'],
  readsShapes: true,
  stopsGradient: true,

  shape(_params, [of]) {
    if (of!.length === 1) return of!;
    throw new UserError(
      `random-label takes the number of classes of a vector, and gets ${formatShape(of!)}.`,
      {
        exitCode: 2,
        remedy: 'Name a field that is read `from: class`.',
      },
    );
  },

  build:
    (_params, { batch, draw }) =>
    ([of]) => {
      const classes = of!.shape.at(-1)!;
      return draw([batch, classes], (random, values) => {
        for (let at = 0; at < values.length; at += classes) values[at + random.integer(classes)] = 1;
      });
    },
});
