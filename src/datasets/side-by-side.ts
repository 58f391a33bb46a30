import { Type } from 'typebox';
import type { Image, ImagePart } from '../core/image.js';
import { BadExample, defineDataset, type ImageSize } from '../registry/index.js';

function half(image: Image, side: string): ImagePart {
  const width = image.width / 2;
  return { of: image, left: side === 'right' ? width : 0, top: 0, width, height: image.height };
}

function checkWidth(file: string, { width }: ImageSize): void {
  if (width % 2 !== 0) {
    throw new BadExample(file, `is ${width} pixels wide, which does not divide into two equal halves`);
  }
}

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

  open(_params, { folder = '', list, folders, probe, decode }) {
    return Promise.resolve({
      splits: () => folders(folder),
      async examples(split) {
        const root = split === undefined ? folder : `${folder}/${split}`;
        return (await list(root)).map((name) => ({ name, files: [`${root}/${name}`] }));
      },
      async check({ files: [file = ''] }) {
        checkWidth(file, await probe(file));
      },
      async read({ files: [file = ''] }, from) {
        const image = await decode(file);
        checkWidth(file, image);
        return from.map((side) => half(image, side));
      },
    });
  },
});
