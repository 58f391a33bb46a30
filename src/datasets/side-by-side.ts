import { Type } from 'typebox';
import type { Image } from '../core/image.js';
import { BadExample, defineDataset, type ImageSize } from '../registry/index.js';

/** One half, copied row by row. */
function half({ width, height, channels, data }: Image, side: string): Image {
  const row = (width / 2) * channels;
  const start = side === 'right' ? row : 0;
  const out = new Uint8Array(row * height);
  for (let y = 0; y < height; y++) {
    const from = y * 2 * row + start;
    out.set(data.subarray(from, from + row), y * row);
  }
  return { width: width / 2, height, channels, data: out };
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
