import { expect, test } from 'vitest';
import type { Colour, Image } from '../../../src/core/image.js';
import { FlatColours } from '../../../src/data/sources/flat-colours.js';

const grey = (value: number): Colour => [value, value, value];
const times = (count: number, colour: Colour): readonly Colour[] => Array<Colour>(count).fill(colour);

/** Squares of 2 x 2 pixels in a row, whose upper left ones are looked at; the first `rough` have another one beside it. */
function squares(
  colours: readonly Colour[],
  { rough = 0, by = 9, right = 1, below = 0, odd = 0 } = {},
): Image {
  const [width, height] = [2 * colours.length + odd, 2 + odd];
  // What an odd side leaves over is black.
  const data = new Uint8Array(width * height * 3);
  for (const y of [0, 1])
    colours.forEach((colour, n) => data.set([...colour, ...colour], (y * width + 2 * n) * 3));
  for (let n = 0; n < rough; n++) data[(below * width + 2 * n + right) * 3 + (n % 3)]! += n % 2 ? by : -by;
  return { width, height, channels: 3, data };
}

function palette(...images: readonly Image[]): readonly Colour[] | undefined {
  const found = new FlatColours();
  for (const image of images) found.add(image);
  return found.palette();
}

test('colours come by their number over all images, of equally many the darker first', () => {
  const halves = squares([...times(5, grey(90)), ...times(4, grey(180))]);
  const other = squares([...times(6, grey(180)), grey(30)]);
  expect(palette(halves, other)).toEqual([180, 90, 30].map(grey));
  const three: readonly Colour[] = [
    [0, 0, 200],
    [0, 100, 0],
    [100, 0, 0],
  ];
  expect(palette(squares([...three].reverse()))).toEqual(three);
});

test.each([
  { right: 1, odd: 0 },
  { right: 0, below: 1, odd: 0 },
  { right: 1, odd: 1 },
])('three in ten must differ by 8 at most from the pixel beside and below: %o', (place) => {
  const colours = [...times(8, grey(90)), grey(180), grey(30)];
  expect(palette(squares(colours, { ...place, rough: 10, by: 8 }))).toEqual([90, 30, 180].map(grey));
  expect(palette(squares(colours, { ...place, rough: 7 }))).toEqual([30, 90, 180].map(grey));
  expect(palette(squares(colours, { ...place, rough: 8 }))).toBeUndefined();
});

test('colours within 48 of a commoner one are its noise, and count for it', () => {
  const near = [
    ...times(5, grey(100)),
    ...times(6, grey(0)),
    ...times(2, [148, 100, 100]),
    ...times(2, grey(127)),
  ];
  expect(palette(squares(near))).toEqual([100, 0].map(grey));
  const apart = [...times(3, grey(100)), [149, 100, 100] as const, grey(72)];
  expect(palette(squares(apart))).toEqual([grey(100), grey(72), [149, 100, 100]]);
});

test('what is rarer than 2 in a thousand is no colour; one alone is no map', () => {
  const common = [...times(500, grey(90)), ...times(498, grey(180))];
  expect(palette(squares([...common, ...times(2, grey(0))]))).toEqual([90, 180, 0].map(grey));
  expect(palette(squares([...common, grey(90), grey(0)]))).toEqual([90, 180].map(grey));
  expect(palette(squares(times(9, grey(90))))).toBeUndefined();
});

test('32 colours at most, which cover nine tenths', () => {
  const levels = [0, 60, 120, 180];
  const colours = levels.flatMap((r) => levels.flatMap((g) => levels.map((b): Colour => [r, g, b])));
  expect(palette(squares(colours.slice(0, 35)))).toEqual(colours.slice(0, 32));
  expect(palette(squares(colours.slice(0, 36)))).toBeUndefined();
});

test('channels beside an end of the scale are the end', () => {
  expect(palette(squares([...times(2, [253, 2, 252]), [3, 254, 1]]))).toEqual([
    [255, 0, 252],
    [3, 255, 0],
  ]);
});
