import { Type } from 'typebox';
import { defineDataset } from '../registry/index.js';

export const images = defineDataset({
  type: 'images',
  summary: 'A folder of images, one example each.',
  description:
    'For games without pairs: noise to image, inpainting, super-resolution, one side of an unpaired translation. Folders inside it are looked into, however deep: `PATH/train/a/1.jpg`. Without folders `train`, `val`, `test` all files are train, or are divided by `splits`.',
  params: Type.Object({}, { additionalProperties: false }),
  example: {
    type: 'images',
    path: 'faces',
    fields: { real: 'image' },
    size: 64,
    augment: { flip: 'horizontal' },
    splits: { train: 0.9, val: 0.1 },
  },
  files: true,
  from: ['image'],

  open(_params, { folder = '', list, folders }) {
    return Promise.resolve({
      splits: () => folders(folder),
      async examples(split) {
        const root = split === undefined ? folder : `${folder}/${split}`;
        return (await list(root)).map((name) => ({ name, files: [`${root}/${name}`] }));
      },
      places: ({ files: [file = ''] }, from) => from.map(() => ({ file })),
    });
  },
});
