import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Colour, Image } from '../../src/core/image.js';
import { Random } from '../../src/core/random.js';
import { l1 } from '../../src/metrics/l1.js';
import { pixelAccuracy } from '../../src/metrics/pixel-accuracy.js';
import { psnr } from '../../src/metrics/psnr.js';
import { ssim } from '../../src/metrics/ssim.js';
import type { MetricDefinition, MetricFiles, PairMetric } from '../../src/registry/index.js';
import { definitionsOnDisk } from '../support/folders.js';

type Paint = (x: number, y: number, channel: number) => number;

function paint(width: number, height: number, value: Paint, channels: 1 | 3 | 4 = 3): Image {
  const data = new Uint8Array(width * height * channels);
  for (let i = 0; i < data.length; i++) {
    const pixel = Math.floor(i / channels);
    data[i] = value(pixel % width, Math.floor(pixel / width), i % channels);
  }
  return { width, height, channels, data };
}

function noise(seed: number, width = 16, height = 13, channels: 1 | 3 | 4 = 3): Image {
  const random = new Random(seed);
  return paint(width, height, () => random.integer(256), channels);
}

const rough =
  (a: number, b: number, c: number, m: number): Paint =>
  (x, y, k) =>
    (a * x * x + b * y + c * x * y + 37 * k + Math.floor((x * y) / (k + 1))) % m;
const wrapped =
  (f: number): Paint =>
  (x, y, k) =>
    (x * 2 + y * 3 + k * 40 + f * ((x * 7 + y * 13 + k * 5) % 17)) % 256;
const ramp =
  (f: number): Paint =>
  (x, y, k) =>
    x * 2 + y + k * 20 + f * ((x * 7 + y * 13 + k * 5) % 5);

const palette = {
  colours: [
    [255, 255, 255],
    [0, 0, 0],
    [170, 211, 223],
    [205, 235, 176],
  ] as Colour[],
};
const files: MetricFiles = {
  fileOf: (path) => path,
  openFeatures: () => Promise.reject(new Error('no metric of pairs has features')),
};
const measure = (metric: PairMetric) => metric.build({}, { palette, ...files });

/**
 * scikit-image 0.26.0 on the same pixels: `structural_similarity(a, b, gaussian_weights=True, sigma=1.5,
 * use_sample_covariance=False, data_range=255, channel_axis=2)`, `peak_signal_noise_ratio`; numpy's mean |a - b|.
 */
const SCIKIT_IMAGE: readonly (readonly [string, Image, Image, { ssim: number; psnr: number; l1: number }])[] =
  [
    [
      'unlike',
      paint(40, 32, rough(1, 3, 2, 251)),
      paint(40, 32, rough(2, 5, 1, 256)),
      { ssim: 0.053044741669263595, psnr: 8.290799443884152, l1: 76.6921875 },
    ],
    [
      'noisy',
      paint(48, 64, wrapped(0)),
      paint(48, 64, wrapped(2)),
      { ssim: 0.4191726218658345, psnr: 12.367504105618961, l1: 29.348524305555557 },
    ],
    [
      'near',
      paint(56, 48, ramp(0)),
      paint(56, 48, ramp(2)),
      { ssim: 0.908915536682338, psnr: 34.33084596452664, l1: 3.9985119047619047 },
    ],
    [
      'one window',
      paint(11, 11, wrapped(0)),
      paint(11, 11, wrapped(5)),
      { ssim: 0.13283518126507562, psnr: 14.733442852418847, l1: 39.82093663911846 },
    ],
  ];

describe.each(SCIKIT_IMAGE)('on %s images the figures are scikit-image’s', (_name, a, b, expected) => {
  test('ssim', () => expect(measure(ssim)(a, b)).toBeCloseTo(expected.ssim, 9));
  test('psnr', () => expect(measure(psnr)(a, b)).toBeCloseTo(expected.psnr, 9));
  test('l1', () => expect(measure(l1)(a, b)).toBeCloseTo(expected.l1, 9));
});

const onDisk = (await definitionsOnDisk('metrics')) as { file: string; definition: MetricDefinition }[];

test.each(onDisk)('$file says which way is better and in what unit', ({ definition }) => {
  expect(['lower', 'higher']).toContain(definition.better);
  expect(definition.unit).toMatch(/\S/);
});

const ofPairs = onDisk.flatMap(({ file, definition }) =>
  definition.measures === 'pairs' ? [{ file, definition }] : [],
);

describe.each(ofPairs)('$file', ({ definition }) => {
  test.each([1, 3, 4] as const)(
    'gives a number on any pair with %i channels, its best on equal images',
    (channels) => {
      const of = measure(definition);
      fc.assert(
        fc.property(fc.integer(), fc.integer(), (one, other) => {
          const a = noise(one, 16, 13, channels);
          const b = noise(other, 16, 13, channels);
          const [value, best] = [of(a, b), of(b, b)];
          expect(value).toSatisfy(Number.isFinite);
          expect(best).toSatisfy(Number.isFinite);
          if (definition.better === 'higher') expect(value).toBeLessThanOrEqual(best);
          else expect(value).toBeGreaterThanOrEqual(best);
        }),
        { numRuns: 20 },
      );
    },
  );

  test('does not depend on which image comes first', () => {
    const of = measure(definition);
    expect(of(noise(1), noise(2))).toBeCloseTo(of(noise(2), noise(1)), 12);
  });

  test.each([
    [13, 16, 3],
    [16, 12, 3],
    [15, 13, 3],
    [16, 13, 1],
  ] as const)(
    'refuses an image of 16x13x3 against one of %ix%ix%i, naming both',
    (width, height, channels) => {
      expect(() => measure(definition)(noise(1, 16, 13), noise(1, width, height, channels))).toThrow(
        new RegExp(`output is 16x13x3.*reference ${width}x${height}x${channels}`),
      );
    },
  );

  test('of colours that are all grey is that of the grey image', () => {
    const grey = [noise(1, 16, 13, 1), noise(2, 16, 13, 1)] as const;
    const colour = grey.map((image) => paint(16, 13, (x, y) => image.data[y * 16 + x]!));
    expect(measure(definition)(colour[0]!, colour[1]!)).toBeCloseTo(measure(definition)(...grey), 9);
  });
});

test('psnr of equal images is 100 dB, and no image beats that', () => {
  const black = paint(512, 512, () => 0);
  const almost = paint(512, 512, (x, y, k) => (x + y + k === 0 ? 1 : 0));
  expect(measure(psnr)(black, black)).toBe(100);
  expect(measure(psnr)(almost, black)).toBe(100);
});

test.each([
  [10, 64],
  [64, 10],
])('ssim explains that images of %ix%i are too small', (width, height) => {
  const compare = () => measure(ssim)(noise(1, width, height), noise(2, width, height));
  expect(compare).toThrow(expect.objectContaining({ exitCode: 2 }));
  expect(compare).toThrow(new RegExp(`11x11.*${width}x${height}`));
});

describe('pixel-accuracy: the class of a pixel', () => {
  const colours: Colour[] = [
    [0, 0, 0],
    [200, 0, 0],
    [0, 200, 0],
    [0, 0, 200],
    [140, 50, 50],
  ];
  const pixels = (...data: readonly number[][]): Image => ({
    width: data.length,
    height: 1,
    channels: data[0]!.length as 1 | 3 | 4,
    data: Uint8Array.from(data.flat()),
  });
  const share = (output: Image, reference: Image): number =>
    pixelAccuracy.build({}, { palette: { colours }, ...files })(output, reference);

  test.each([
    // [pixel, place of its colour in the palette]
    [[30, 20, 10], 0],
    [[150, 0, 0], 1],
    [[9, 130, 9], 2],
    [[9, 9, 130], 3],
    // By the sum of its differences the last colour is nearer, but not in a straight line.
    [[48, 48, 48], 0],
    // Of two that are as near the first.
    [[0, 100, 0], 0],
    [[0, 150, 150], 2],
  ])('%j is that of colour %i', (pixel, place) => {
    const each = colours.map((colour) => share(pixels(pixel), pixels([...colour])));
    expect(each).toEqual(colours.map((_, i) => Number(i === place)));
  });

  test('agrees in a share of the pixels, without alpha', () => {
    const reference = pixels([0, 0, 0, 9], [200, 0, 0, 9], [0, 0, 200, 9], [0, 0, 0, 9]);
    expect(share(pixels([9, 0, 0, 255], [0, 0, 0, 9], [0, 9, 180, 0], [0, 0, 99, 255]), reference)).toBe(
      0.75,
    );
  });
});

test('pixel-accuracy without a palette says how to declare one', () => {
  expect(() => pixelAccuracy.build({}, files)).toThrow(expect.objectContaining({ exitCode: 2 }));
  expect(() => pixelAccuracy.build({}, { palette: { colours: [] }, ...files })).toThrow(/palette/);
});
