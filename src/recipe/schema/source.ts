import { type Static, type TObject, type TProperties, Type } from 'typebox';
import { CLASS, type DatasetDefinition } from '../../registry/index.js';
import { SHORT, named } from './keywords.js';
import { integer } from './texts.js';
import type { Frozen, SectionOf } from './types.js';

const MAX_SIDE = 16_384;
const side = (description: string) => Type.Integer({ minimum: 1, maximum: MAX_SIDE, description });

const size = (description: string, examples: unknown[]) =>
  Type.Object(
    { height: side('Rows of pixels.'), width: side('Columns of pixels.') },
    {
      additionalProperties: false,
      description,
      examples,
      [SHORT]: { ...integer(1, { description: 'Height and width alike.' }), maximum: MAX_SIDE },
    },
  );

const palette = Type.Union(
  [Type.String(), Type.Array(Type.String({ pattern: '^#[0-9a-fA-F]{6}$' }), { minItems: 2 })],
  {
    description:
      'Its flat colours: `auto` (the data set’s own, else found in train), a file, or a list such as ["#ff0000", "#00ff00"].',
    examples: ['auto'],
  },
);

const classes = Type.Union(
  [
    Type.Integer({ minimum: 2, maximum: 100_000 }),
    Type.Array(Type.String({ minLength: 1 }), { minItems: 2, uniqueItems: true }),
  ],
  {
    description:
      'Of a field `from: class`: how many there are, or their names in the order of their numbers. Default: those of the data, in the order of their names; a recipe that says it can be planned without data.',
    examples: [10, ['cat', 'dog']],
  },
);

const AS = ['rgb', 'grey', 'rgba', 'mask', 'labels', CLASS] as const;

/** Keys of a field; `classes` only where examples have one. */
function fieldKeys({ from, classes: hasClasses = false }: DatasetDefinition) {
  const description = 'Which part of an example it is.';
  return {
    from: from ? Type.Enum([...from], { description }) : Type.String({ minLength: 1, description }),
    as: Type.Enum([...AS.filter((as) => hasClasses || as !== CLASS)], {
      default: 'rgb',
      description: `Channels and range: rgb 3, grey 1, rgba 4, each in [-1, 1]; mask 1 in {0, 1}; labels one channel per colour of the palette${
        hasClasses ? '; class one number per class, one-hot: always and only where it is `from: class`' : ''
      }.`,
    }),
    palette: Type.Optional(palette),
    classes: Type.Optional(classes),
  };
}

export type FieldConfig = Frozen<Static<TObject<ReturnType<typeof fieldKeys>>>>;

function field(definition: DatasetDefinition) {
  const { classes, ...keys } = fieldKeys(definition);
  return Type.Unsafe<FieldConfig>(
    Type.Object(
      { ...keys, ...(definition.classes ? { classes } : {}) },
      { additionalProperties: false, description: 'A field of the examples.', [SHORT]: keys.from },
    ),
  );
}

const augment = Type.Object(
  {
    jitter: Type.Optional(size('Resized to this, then cropped back to `size` at random.', [286])),
    flip: Type.Enum(['horizontal', 'none'], {
      default: 'none',
      description: '`horizontal` mirrors half of the examples.',
    }),
  },
  {
    additionalProperties: false,
    default: {},
    description: 'Random changes of training examples; one draw for all fields of an example.',
    examples: [{ jitter: 286, flip: 'horizontal' }],
  },
);

/** Keys of a source that has files. */
const fileKeys = (definition: DatasetDefinition) => ({
  path: Type.String({
    minLength: 1,
    description: '`./x` is beside this file, a bare `x` in the data folder, an absolute path stays.',
    examples: ['maps', './photos'],
  }),
  fields: named(field(definition), {
    description: 'Names the parts of an example; calls use these names.',
  }),
  size: size('Pixels of every field, in every split.', [256, { height: 256, width: 512 }]),
  fit: Type.Enum(['fill', 'cover', 'crop'], {
    default: 'fill',
    description:
      'How an image comes to `size`: fill (aspect ignored), cover (scaled, then cut), crop (cut only).',
  }),
  interpolation: Type.Enum(['nearest', 'bilinear', 'bicubic', 'lanczos'], {
    default: 'bicubic',
    description: 'How images are resized; masks and labels always by nearest.',
  }),
  augment,
  splits: Type.Optional(
    named(Type.Union([Type.String({ minLength: 1 }), Type.Number({ exclusiveMinimum: 0, maximum: 1 })]), {
      description:
        'By split, a sub-folder or a share of the examples; default: sub-folders train, val, test.',
      examples: [{ train: 0.9, val: 0.1 }],
    }),
  ),
});

/** Keys of every source; one whose type makes its examples itself has no `path`. */
export function sourceKeys(definition: DatasetDefinition): TProperties {
  const { path, ...others } = fileKeys(definition);
  return definition.files ? { path, ...others } : others;
}

type FileKeys = ReturnType<typeof fileKeys>;

export type SourceConfig = SectionOf<Omit<FileKeys, 'path'>> & { readonly path?: Static<FileKeys['path']> };
