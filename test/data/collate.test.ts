import { expect, test } from 'vitest';
import type { Colour, Image, Palette } from '../../src/core/image.js';
import { collate, type Row } from '../../src/data/collate.js';
import type { Field, Value } from '../../src/data/field.js';
import type { Source } from '../../src/data/sources/source.js';
import { bytes } from './support/fixtures.js';

/** 4 across and 3 down; what a pixel is says where: 10 * row + column, in further channels 100 and 200 more. */
function places(channels: 1 | 3 | 4): Image {
  const at = (i: number) => 10 * Math.floor(i / 4) + (i % 4);
  const data = Uint8Array.from(
    { length: 12 * channels },
    (_, i) => at(Math.floor(i / channels)) + 60 * (i % channels),
  );
  return { width: 4, height: 3, channels, data };
}

const field = (as: Field['as'], changes: Partial<Field> = {}): Field => ({
  name: as,
  from: 'x',
  as,
  palette: undefined,
  ...changes,
});

const sourceOf = (name: string, fields: readonly Field[], width: number, height: number) =>
  ({ name, fields, config: { size: { width, height } } }) as unknown as Source;

/** Cropped at the upper left for 0, at the lower right for 1. */
const row = (name: string, values: readonly Value[], corner: number, mirror = false): Row => ({
  ...{ name, values },
  augmentation: { down: corner, across: corner, mirror },
});

test('a window of every kind of field, from its own corner and mirrored for itself', () => {
  const values = [places(3), places(4), places(1), places(1)];
  const rows = [row('one', values, 1), row('two', values, 0, true)];
  const batch = collate(
    [
      sourceOf(
        'a',
        (['rgb', 'rgba', 'grey', 'mask'] as const).map((as) => field(as)),
        3,
        2,
      ),
    ],
    [rows],
  );
  expect({ names: batch.names, size: batch.size }).toEqual({ names: { a: ['one', 'two'] }, size: 2 });
  // Rows 1 and 2 from column 1; rows 0 and 1 from column 2 backwards.
  const seen = [11, 12, 13, 21, 22, 23, 2, 1, 0, 12, 11, 10];
  for (const [as, channels] of Object.entries({ rgb: 3, rgba: 4, grey: 1 })) {
    expect(batch.fields[as]!.shape).toEqual([2, 2, 3, channels]);
    expect(bytes(batch, as)).toEqual(
      seen.flatMap((at) => [0, 60, 120, 180].slice(0, channels).map((more) => at + more)),
    );
  }
  expect(batch.fields['mask']).toEqual({ shape: [2, 2, 3, 1], data: Float32Array.from(seen) });
});

test('labels and classes are one-hot; sources stand side by side', () => {
  const palette: Palette = { colours: Array<Colour>(3).fill([0, 0, 0]) };
  const labels: Image = { width: 2, height: 1, channels: 1, data: Uint8Array.of(2, 0) };
  const kinds = [field('class', { classes: ['p', 'q', 'r', 's'] }), field('labels', { palette })];
  const rows = [
    [row('1', [3, labels], 0), row('2', [0, labels], 0, true)],
    [row('3', [places(1)], 0), row('4', [places(1)], 1)],
  ];
  expect(collate([sourceOf('a', kinds, 2, 1), sourceOf('b', [field('mask')], 1, 1)], rows)).toEqual({
    fields: {
      class: { shape: [2, 4], data: Float32Array.of(0, 0, 0, 1, 1, 0, 0, 0) },
      labels: { shape: [2, 1, 2, 3], data: Float32Array.of(0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1) },
      mask: { shape: [2, 1, 1, 1], data: Float32Array.of(0, 23) },
    },
    names: { a: ['1', '2'], b: ['3', '4'] },
    size: 2,
  });
});
