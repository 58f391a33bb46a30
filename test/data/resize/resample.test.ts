import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutOut, type Image } from '../../../src/core/image.js';
import * as kernels from '../../../src/core/kernels.js';
import { pickNearest } from '../../../src/data/resize/nearest.js';
import { resample } from '../../../src/data/resize/resample.js';
import { spansOf } from '../../../src/data/resize/spans.js';
import { ONE, tapsOf } from '../../../src/data/resize/taps.js';

type Interpolation = 'bilinear' | 'bicubic' | 'lanczos';
type Fit = 'fill' | 'cover';

const sides = fc.integer({ min: 1, max: 40 });
const images = fc.tuple(sides, sides, fc.integer()).map(([width, height, seed]): Image => {
  let state = seed >>> 0;
  const data = Uint8Array.from({ length: width * height * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    // Half of them at the ends, where a kernel that overshoots is cut off.
    return state >>> 31 ? state >>> 23 : ((state >>> 30) & 1) * 255;
  });
  return { width, height, channels: 3, data };
});

/** By the definition, in exact arithmetic: every pixel of the result from all pixels that its kernel reaches. */
function byDefinition(image: Image, width: number, height: number, fit: Fit, name: Interpolation): number[] {
  const { reach, at } = kernels[name];
  const { across, down } = spansOf(image, { width, height }, fit);
  const line = ({ start, length }: { start: number; length: number }, count: number, side: number) =>
    Array.from({ length: count }, (_, i) => {
      const [scale, stretch] = [length / count, Math.max(1, length / count)];
      const middle = start + (i + 0.5) * scale;
      const taps: [place: number, weight: number][] = [];
      for (let j = Math.floor(middle - reach * stretch) - 1; j <= middle + reach * stretch + 1; j++) {
        const d = Math.abs(j + 0.5 - middle) / stretch;
        if (d <= reach) taps.push([Math.min(Math.max(j, 0), side - 1), at(d)]);
      }
      const sum = taps.reduce((total, [, weight]) => total + weight, 0);
      return taps.map(([place, weight]) => [place, weight / sum] as const);
    });
  const columns = line(across, width, image.width);
  return line(down, height, image.height).flatMap((rows) =>
    columns.flatMap((taps) =>
      [0, 1, 2].map((c) => {
        let sum = 0;
        for (const [y, a] of rows)
          for (const [x, b] of taps) sum += a * b * image.data[(y * image.width + x) * 3 + c]!;
        return Math.min(255, Math.max(0, sum));
      }),
    ),
  );
}

test.each<Interpolation>(['bilinear', 'bicubic', 'lanczos'])(
  '%s is within a level of the exact result, whatever the sizes',
  (interpolation) => {
    fc.assert(
      fc.property(
        images,
        sides,
        sides,
        fc.constantFrom<Fit>('fill', 'cover'),
        (image, width, height, fit) => {
          const { data } = resample(image, { size: { width, height }, fit, interpolation })!;
          const exact = byDefinition(image, width, height, fit, interpolation);
          expect(data).toHaveLength(exact.length);
          expect(Math.max(...exact.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(0.6);
        },
      ),
      { numRuns: 60 },
    );
  },
);

test('a flat area stays exactly as it is', () => {
  for (const value of [0, 1, 127, 254, 255]) {
    const image: Image = {
      width: 50,
      height: 31,
      channels: 3,
      data: new Uint8Array(50 * 31 * 3).fill(value),
    };
    for (const interpolation of ['bilinear', 'bicubic', 'lanczos'] as const) {
      const { data } = resample(image, { size: { width: 17, height: 64 }, fit: 'cover', interpolation })!;
      expect(new Set(data)).toEqual(new Set([value]));
    }
  }
});

test('part of an image is resized as if it were alone: nothing bleeds in from beside it', () => {
  const [whole] = fc.sample(
    images.filter(({ width, height }) => width > 20 && height > 20),
    { numRuns: 1, seed: 3 },
  );
  const part = { of: whole!, left: 7, top: 5, width: 11, height: 13 };
  const options = { size: { width: 6, height: 19 }, fit: 'fill', interpolation: 'bicubic' } as const;
  const expected = resample(cutOut(part), options);
  const other = { ...part, left: 0, top: 1 };
  const expectedOther = resample(cutOut(other), options);
  // One after the other of one image, and again after another image.
  expect(resample(part, options)).toEqual(expected);
  expect(resample(other, options)).toEqual(expectedOther);
  expect(resample(cutOut(part), options)).toEqual(expected);
  expect(resample(other, options)).toEqual(expectedOther);
});

test('an image may be painted on between two resizings', () => {
  const image: Image = { width: 4, height: 4, channels: 3, data: new Uint8Array(48) };
  const options = { size: { width: 2, height: 2 }, fit: 'fill', interpolation: 'bilinear' } as const;
  expect(resample(image, options)!.data).toEqual(new Uint8Array(12));
  image.data.fill(9);
  expect(resample(image, options)!.data).toEqual(new Uint8Array(12).fill(9));
});

test('what is too large for its memory is left to others', () => {
  const image: Image = { width: 8000, height: 8000, channels: 3, data: new Uint8Array(0) };
  expect(
    resample(image, { size: { width: 8, height: 8 }, fit: 'fill', interpolation: 'bilinear' }),
  ).toBeUndefined();
});

test('taps lie in the line and their weights sum to one', () => {
  fc.assert(
    fc.property(sides, sides, (side, count) => {
      const { pairs, firsts, weights } = tapsOf(side, { start: 0, length: side }, count, kernels.lanczos);
      for (let i = 0; i < count; i++) {
        const pixelWeights = weights.subarray(i * 2 * pairs, (i + 1) * 2 * pairs);
        expect(pixelWeights.reduce((sum, weight) => sum + weight, 0)).toBe(ONE);
        expect(firsts[i]! + pixelWeights.findLastIndex((weight) => weight !== 0)).toBeLessThan(side);
        expect(firsts[i]).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});

describe('nearest', () => {
  const numbered: Image = {
    width: 4,
    height: 2,
    channels: 3,
    data: Uint8Array.from({ length: 24 }, (_, i) => i),
  };
  const firsts = (image: Image): readonly number[] => [...image.data.filter((_, i) => i % 3 === 0)];

  test.each<[string, number, number, Fit, readonly number[]]>([
    ['halves', 2, 1, 'fill', [15, 21]],
    ['doubles', 8, 2, 'fill', [0, 0, 3, 3, 6, 6, 9, 9, 12, 12, 15, 15, 18, 18, 21, 21]],
    ['covers from the middle', 2, 2, 'cover', [3, 6, 15, 18]],
  ])('%s', (_, width, height, fit, expected) => {
    expect(firsts(pickNearest(numbered, { width, height }, fit))).toEqual(expected);
  });
});
