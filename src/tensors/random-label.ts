import { Type } from 'typebox';
import { UserError } from '../core/errors.js';
import { formatShape } from '../core/shape.js';
import { defineTensor } from '../registry/index.js';

export const randomLabel = defineTensor({
  type: 'random-label',
  summary:
    'A class drawn at random for each example, one-hot: new in every step, fixed in samples and evaluation.',
  description:
    'All classes are equally likely, however often the data have them. Its number of classes is that of the field `of`, or is said by `classes` where the data have none: the categorical code of InfoGAN (arXiv:1606.03657). Shape: [classes].',
  formula: 'y = one-hot of c, c ~ U{1, ..., classes}',
  paper: 'arXiv:1610.09585',
  params: Type.Object(
    {
      of: Type.Optional(
        Type.String({ description: 'A field of classes, for their number; its values are not used.' }),
      ),
      classes: Type.Optional(
        Type.Integer({
          minimum: 2,
          maximum: 100000,
          description: 'How many classes there are, without `of`.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  example: { type: 'random-label', of: 'label' },
  operands: ['of'],
  readsShapes: true,
  isClass: true,
  stopsGradient: true,

  shape({ classes }, [of]) {
    if ((of === undefined) === (classes === undefined)) {
      throw new UserError(
        of ? 'random-label has both `of` and `classes`.' : 'random-label needs the number of classes.',
        {
          exitCode: 2,
          remedy: 'Set either `of`, a field of classes, or `classes`, their number.',
        },
      );
    }
    if (classes !== undefined) return [classes];
    if (of!.length === 1) return of!;
    throw new UserError(
      `random-label takes the number of classes from a vector, but gets ${formatShape(of!)}.`,
      {
        exitCode: 2,
        remedy: 'Name a field that is read `from: class`.',
      },
    );
  },

  build:
    (params, { batch, draw }) =>
    ([of]) => {
      const classes = params.classes ?? of!.shape.at(-1)!;
      return draw([batch, classes], (random, values) => {
        for (let at = 0; at < values.length; at += classes) values[at + random.integer(classes)] = 1;
      });
    },
});
