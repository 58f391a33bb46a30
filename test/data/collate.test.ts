import { expect, test } from 'vitest';
import type { Image } from '../../src/core/image.js';
import { collate, type Row } from '../../src/data/collate.js';
import type { Field, Value } from '../../src/data/field.js';
import type { Source } from '../../src/data/source.js';
import { writeTensor } from '../../src/data/tensor.js';
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

const row = (name: string, values: readonly Value[], down: number, across: number, mirror = false): Row => ({
  name,
  values,
  augmentation: { down, across, mirror },
});

test('a window of every kind of field, from its own corner and mirrored for itself', () => {
  const kinds = [field('rgb'), field('rgba'), field('grey'), field('mask')];
  const values = [places(3), places(4), places(1), places(1)];
  const rows = [row('one', values, 1, 1), row('two', values, 0, 0, true)];
  const batch = collate([sourceOf('a', kinds, 3, 2)], [rows]);
  expect({ names: batch.names, size: batch.size }).toEqual({ names: { a: ['one', 'two'] }, size: 2 });
  // Rows 1 and 2 from column 1; rows 0 and 1 from column 2 backwards.
  const seen = [11, 12, 13, 21, 22, 23, 2, 1, 0, 12, 11, 10];
  for (const [as, channels] of Object.entries({ rgb: 3, rgba: 4, grey: 1 })) {
    expect(batch.fields[as]!.shape).toEqual([2, 2, 3, channels]);
    expect(bytes(batch, as)).toEqual(
      seen.flatMap((at) => [0, 60, 120, 180].slice(0, channels).map((more) => at + more)),
    );
  }
  expect(batch.fields['mask']!.shape).toEqual([2, 2, 3, 1]);
  expect([...batch.fields['mask']!.data]).toEqual(seen);
});

test('labels and classes are one-hot; sources stand side by side', () => {
  const palette = {
    colours: [
      [0, 0, 0],
      [1, 1, 1],
      [2, 2, 2],
    ],
  } as const;
  const labels: Image = { width: 2, height: 1, channels: 1, data: Uint8Array.of(2, 0) };
  const a = sourceOf(
    'a',
    [field('class', { classes: ['p', 'q', 'r', 's'] }), field('labels', { palette })],
    2,
    1,
  );
  const b = sourceOf('b', [field('grey')], 1, 1);
  const grey: Image = { width: 1, height: 1, channels: 1, data: Uint8Array.of(255) };
  const rows = [
    [row('1', [3, labels], 0, 0), row('2', [0, labels], 0, 0, true)],
    [row('3', [grey], 0, 0), row('4', [grey], 0, 0)],
  ];
  const batch = collate([a, b], rows);
  expect(batch).toEqual({
    fields: {
      class: { shape: [2, 4], data: Float32Array.of(0, 0, 0, 1, 1, 0, 0, 0) },
      labels: { shape: [2, 1, 2, 3], data: Float32Array.of(0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1) },
      grey: { shape: [2, 1, 1, 1], data: Float32Array.of(1, 1) },
    },
    names: { a: ['1', '2'], b: ['3', '4'] },
    size: 2,
  });
  const window = { width: 2, height: 1, top: 0, left: 0, mirror: false };
  expect(() => writeTensor(new Float32Array(2), labels, window, field('class'))).toThrow('is a class');
});
