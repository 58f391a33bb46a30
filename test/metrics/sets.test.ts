import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Default } from 'typebox/value';
import { afterAll, describe, expect, test } from 'vitest';
import type { Image } from '../../src/core/image.js';
import { Random } from '../../src/core/random.js';
import { openFeatures } from '../../src/engine/features.js';
import { diversity } from '../../src/metrics/diversity.js';
import { fid } from '../../src/metrics/fid.js';
import { eigenvaluesOf } from '../../src/metrics/support/eigenvalues.js';
import { frechetDistance } from '../../src/metrics/support/frechet.js';
import { kernelDistance } from '../../src/metrics/support/kernel-distance.js';
import type { MetricDefinition, MetricFiles } from '../../src/registry/index.js';
import { meanColours } from '../support/data-sets.js';
import { definitionsOnDisk } from '../support/folders.js';

const folder = mkdtempSync(join(tmpdir(), 'gan-metrics-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, 'features.onnx'), meanColours());
writeFileSync(join(folder, 'broken.onnx'), 'no network');
const fileOf = (path: string): string => join(folder, path);
const files: MetricFiles = { fileOf, openFeatures: (path, range) => openFeatures(fileOf(path), range) };

describe('eigenvalues', () => {
  test('of Q diag(l) Q^T are l, whatever the rotations in Q', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 9 }),
        fc.integer(),
        (values, seed) => {
          const n = values.length;
          const random = new Random(seed);
          const matrix = new Float64Array(n * n);
          values.forEach((value, i) => (matrix[i * n + i] = value));
          // Rotations in the plane of each pair of axes, from both sides.
          for (let p = 0; p < n; p++) {
            for (let q = 0; q < p; q++) {
              const angle = random.uniform() * 7;
              const [c, s] = [Math.cos(angle), Math.sin(angle)];
              const turn = (at: (i: number, k: number) => number): void => {
                for (let i = 0; i < n; i++) {
                  const [x, y] = [matrix[at(i, p)]!, matrix[at(i, q)]!];
                  matrix[at(i, p)] = c * x - s * y;
                  matrix[at(i, q)] = s * x + c * y;
                }
              };
              turn((i, k) => i * n + k);
              turn((i, k) => k * n + i);
            }
          }
          const found = [...eigenvaluesOf(matrix, n)].sort((a, b) => a - b);
          values.sort((a, b) => a - b).forEach((value, i) => expect(found[i]).toBeCloseTo(value, 9));
        },
      ),
    );
  });
});

/** Vectors that NumPy makes alike. */
const vectors = (seed: number, count: number, size: number, add = 0): Float32Array[] =>
  Array.from({ length: count }, (_, i) =>
    Float32Array.from(
      { length: size },
      (__, j) => Math.fround(Math.sin(seed * 1.7 + i * 3.1 + j * 2.3 + i * j * 0.37)) + add,
    ),
  );

describe('the Fréchet distance', () => {
  // numpy 2: |m1 - m2|^2 + trace(c1) + trace(c2) - 2 sum sqrt(eigvals(c1 @ c2)), with np.cov.
  test.each([
    ['of more vectors than features', 12, 9, 4, 1.377286852383587],
    ['of fewer vectors than features, whose covariances lack rank', 5, 6, 16, 3.329358242074388],
    ['of many vectors that lie in a plane', 30, 30, 8, 0.7030286023786729],
  ])('%s is NumPy’s', (_, one, other, size, expected) => {
    const [a, b] = [vectors(1, one, size), vectors(2, other, size, 0.25)];
    expect(frechetDistance(a, b)).toBeCloseTo(expected, 5);
    expect(frechetDistance(b, a)).toBeCloseTo(expected, 5);
  });

  test('by hand: means 0 and 3, variances 4 and 9 of one feature: 9 + 4 + 9 - 12', () => {
    const spread = (mean: number, deviation: number) =>
      [mean - deviation, mean + deviation].map((x) => Float32Array.of(x));
    const root = Math.SQRT1_2;
    expect(frechetDistance(spread(0, 2 * root), spread(3, 3 * root))).toBeCloseTo(10, 5);
  });

  test('of a set to itself is 0, and one image is too few', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const [a, b] = [vectors(seed, 20, 6), vectors(seed, 20, 6)];
      expect(frechetDistance(a, b)).toBeCloseTo(0, 6);
      expect(frechetDistance(a, b), 'rounding').toBeGreaterThanOrEqual(0);
    }
    const [one, two] = [vectors(1, 1, 2), vectors(1, 2, 2)];
    expect(() => frechetDistance(one, two)).toThrow(/at least two images/);
    expect(() => frechetDistance(two, one)).toThrow(expect.objectContaining({ exitCode: 2 }));
    // Without any spread the distance of the means is left.
    const [zeros, threes] = [0, 3].map((x) => new Array<Float32Array>(4).fill(Float32Array.of(x, x)));
    expect(frechetDistance(zeros!, threes!)).toBe(18);
  });
});

describe('the kernel distance', () => {
  // NumPy: k = (x @ y.T / d + 1) ** 3, means of k over pairs of different vectors.
  test.each([
    ['of more vectors than features', 12, 9, 4, 0.037045436274051546],
    ['of fewer vectors than features', 5, 6, 16, -0.580685583021713],
  ])('%s is NumPy’s', (_, one, other, size, expected) => {
    const [a, b] = [vectors(1, one, size), vectors(2, other, size, 0.25)];
    expect(kernelDistance(a, b)).toBeCloseTo(expected, 6);
    expect(kernelDistance(b, a)).toBeCloseTo(expected, 6);
  });

  test('by hand: 1 and 2 against 0 and 0: 27 + 1 - 2', () => {
    const set = (...values: number[]) => values.map((value) => Float32Array.of(value));
    expect(kernelDistance(set(1, 2), set(0, 0))).toBe(27 + 1 - 2);
    expect(() => kernelDistance(set(1), set(0, 0))).toThrow(/at least two images/);
    expect(() => kernelDistance(set(0, 0), set(1))).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  test('is right on average: that of halves of one set is 0, however small they are', () => {
    const all = vectors(3, 8, 3);
    let [sum, count] = [0, 0];
    // Every way to take three against three.
    for (let chosen = 0; chosen < 3 ** 8; chosen++) {
      const digits = chosen.toString(3).padStart(8, '0');
      const side = (digit: string) => all.filter((_, i) => digits[i] === digit);
      const [a, b] = [side('1'), side('2')];
      if (a.length !== 3 || b.length !== 3) continue;
      sum += kernelDistance(a, b);
      count += 1;
    }
    expect(count).toBe(560);
    expect(sum / count).toBeCloseTo(0, 9);
  });
});

const flat = (colour: readonly number[], side = 8): Image => {
  const channels = colour.length as 1 | 3 | 4;
  return {
    width: side,
    height: side,
    channels,
    data: Uint8Array.from({ length: side * side * channels }, (_, i) => colour[i % channels]!),
  };
};

describe('fid', () => {
  const measure = (range: '-1..1' | '0..1' | '0..255', features = 'features.onnx') =>
    fid.build({ features, range }, files);

  test('is the distance of the network’s features, in the network’s range', async () => {
    for (const [range, unit] of [
      ['0..255', 1],
      ['0..1', 255],
      ['-1..1', 127.5],
    ] as const) {
      const set = await measure(range);
      // Red has mean 20 and variance 200 there, 50 and 800 here; greens are equal; blue is 0 and 9.
      await set.add(flat([10, 7, 0]), flat([30, 7, 9]));
      await set.add(flat([30, 7, 0]), flat([70, 7, 9]));
      const expected = 30 ** 2 + 9 ** 2 + 200 + 800 - 2 * Math.sqrt(200 * 800);
      expect(set.value() * unit ** 2).toBeCloseTo(expected, 1);
      await set.close();
    }
  });

  test('tells how unlike two sets are, whoever belongs to whom, in [-1, 1] where nothing is said', async () => {
    const { range } = Default(fid.params, { features: 'features.onnx' }) as { range: '-1..1' };
    const [black, grey, white] = [flat([0, 0, 0]), flat([99, 99, 99]), flat([255, 255, 255])];
    const distance = async (...pairs: readonly (readonly [Image, Image])[]) => {
      const set = await measure(range);
      for (const [output, reference] of pairs) await set.add(output, reference);
      await set.close();
      return set.value();
    };
    const crossed = await distance([black, white], [white, black]);
    expect(crossed).toBeCloseTo(0, 3);
    // Means 0 and 1, variances 2 and 0, of each of three features that go together.
    const unlike = await distance([black, white], [white, white]);
    expect(unlike).toBeCloseTo(3 + 6, 3);
    expect(await distance([grey, white], [white, white])).toBeLessThan(unlike);
    expect(diversity.better).toBe('higher');
  });

  test('a network that is not there, or is none, is said before anything is measured', async () => {
    await expect(measure('0..1', 'other.onnx')).rejects.toThrow(/no feature network .*other\.onnx/);
    await expect(measure('0..1', 'broken.onnx')).rejects.toThrow(/not a network that onnxruntime can run/);
  });
});

test('diversity is the mean distance of all pairs of draws, of as many as are asked', () => {
  const of = diversity.build({ draws: 3 }, files);
  expect(diversity.draws({ draws: 3 })).toBe(3);
  expect(Default(diversity.params, {})).toEqual({ draws: 5 });
  expect(() => of([flat([5]), flat([5], 4)])).toThrow(/4x4x1.*8x8x1|8x8x1.*4x4x1/);
  expect(of([flat([0, 0, 0]), flat([3, 0, 0]), flat([9, 9, 9])])).toBeCloseTo((1 + 9 + 8) / 3, 12);
  expect(of([flat([5]), flat([5])])).toBe(0);
});

const ofSets = (
  (await definitionsOnDisk('metrics')) as { file: string; definition: MetricDefinition }[]
).flatMap(({ file, definition }) => (definition.measures === 'sets' ? [{ file, definition }] : []));

describe.each(ofSets)('$file', ({ definition }) => {
  const { type: _, ...params } = definition.example;
  /** The mean colour of an image stands for its features. */
  const context = { ...files, openFeatures: async () => ({ of: meanColour, close: async () => undefined }) };
  const meanColour = async ({ data }: Image) =>
    Float32Array.from({ length: 3 }, (_, c) => data.filter((__, i) => i % 3 === c)[0]! / 255);

  test('is best where both sets are equal, in whatever order, and worse the further apart they are', async () => {
    const set = fc.array(fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: 60, max: 100 }))), {
      minLength: 16,
      maxLength: 24,
    });
    await fc.assert(
      fc.asyncProperty(set, async (colours) => {
        const loss = async (outputs: readonly (readonly number[])[]) => {
          const measure = await definition.build(params, context);
          for (const [i, colour] of colours.entries()) await measure.add(flat(outputs[i]!), flat(colour));
          return definition.better === 'lower' ? measure.value() : -measure.value();
        };
        const mean = [0, 1, 2].map(
          (c) => colours.reduce((sum, colour) => sum + colour[c]!, 0) / colours.length,
        );
        const equal = await loss([...colours].reverse());
        const apart = [];
        for (const by of [40, 80, 120])
          apart.push(await loss(colours.map((colour) => colour.map((x) => x + by))));
        expect([equal, ...apart]).toEqual([equal, ...apart].sort((a, b) => a - b));
        expect(new Set([equal, ...apart]).size).toBe(4);
        expect(equal).toBeLessThanOrEqual(await loss(colours.map(() => mean.map(Math.round))));
      }),
      { numRuns: 30 },
    );
  });
});
