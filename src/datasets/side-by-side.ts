import { Type } from 'typebox';
import { defineDataset } from '../registry/index.js';

export const sideBySide = defineDataset({
  type: 'side-by-side',
  summary: 'One image file holds a pair: its left half and its right half.',
  description:
    'The layout of the pix2pix data sets (maps, facades, edges2shoes): `PATH/train/1.jpg`, twice as wide as one image. Without sub-folders all files are train, or are divided by `splits`.',
  paper: 'arXiv:1611.07004',
  params: Type.Object({}, { additionalProperties: false }),
  example: {
    type: 'side-by-side',
    path: 'maps',
    fields: { source: 'left', target: 'right' },
    size: 256,
    augment: { jitter: 286, flip: 'horizontal' },
  },
  files: true,
  from: ['left', 'right'],

  open(_params, { folder = '', list, folders }) {
    return Promise.resolve({
      splits: () => folders(folder),
      async examples(split) {
        const root = split === undefined ? folder : `${folder}/${split}`;
        return (await list(root)).map((name) => ({ name, files: [`${root}/${name}`] }));
      },
      places: ({ files: [file = ''] }, from) =>
        from.map((side) => ({ file, half: side === 'right' ? 'right' : 'left' })),
    });
  },
});
