import { describe, expect, test } from 'vitest';
import { Random } from '../../src/core/random.js';
import { sizeOf } from '../../src/core/shape.js';
import { initialisers } from '../../src/initialisers/index.js';
import { convVariables } from '../../src/blocks/index.js';
import { paramsOf } from '../support/params.js';

const SHAPE = [3, 3, 32, 48] as const;
const FANS = { fanIn: 3 * 3 * 32, fanOut: 3 * 3 * 48 };

function draw(config: { type: string; [key: string]: unknown }, shape: readonly number[] = SHAPE) {
  const definition = initialisers.find(({ type }) => type === config.type)!;
  return definition.build(paramsOf(definition, config))(shape, FANS, new Random('draw'));
}

function moments(values: Float32Array) {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  const fourth = values.reduce((sum, x) => sum + (x - mean) ** 4, 0) / values.length;
  return { mean, variance, kurtosis: fourth / variance ** 2 };
}

describe('initialisers', () => {
  // 13,824 draws: the variance of a sample is within 5 % by four of its own deviations.
  test.each([
    [{ type: 'normal', mean: 1, deviation: 0.5 }, 1, 0.25, 3],
    [{ type: 'xavier', distribution: 'uniform', gain: 2 }, 0, 8 / (FANS.fanIn + FANS.fanOut), 1.8],
    [{ type: 'orthogonal' }, 0, 1 / FANS.fanIn, 3],
  ])('%j: mean, variance and shape of the distribution', (config, mean, variance, kurtosis) => {
    const got = moments(draw(config));
    expect(Math.abs(got.mean - mean)).toBeLessThan(4 * Math.sqrt(variance / sizeOf(SHAPE)));
    expect(Math.abs(got.variance / variance - 1)).toBeLessThan(0.05);
    expect(Math.abs(got.kurtosis - kurtosis)).toBeLessThan(0.2);
  });

  // Deviations by hand: roots of 2 / 8, of 2 / (1.25 8) and of 2 / (8 + 24); sqrt(3) times that is a uniform limit.
  test.each<[{ type: string; [key: string]: unknown }, number]>([
    [{ type: 'normal' }, 0.02],
    [{ type: 'he' }, 0.5],
    [{ type: 'he', slope: 0.5 }, 0.447214],
    [{ type: 'he', distribution: 'uniform' }, 0.866025],
    [{ type: 'xavier' }, 0.25],
    [{ type: 'xavier', gain: 3 }, 0.75],
    [{ type: 'xavier', gain: 2, distribution: 'uniform' }, 0.866025],
  ])('%j draws standard values times %d', (config, scale) => {
    const definition = initialisers.find(({ type }) => type === config.type)!;
    const random = new Random('seed');
    const standard =
      config['distribution'] === 'uniform'
        ? Array.from({ length: 6 }, () => 2 * random.uniform() - 1)
        : [...random.fillNormal(new Float32Array(6))];
    const values = definition.build(paramsOf(definition, config))(
      [2, 3],
      { fanIn: 8, fanOut: 24 },
      new Random('seed'),
    );
    expect(values).toHaveLength(6);
    values.forEach((value, i) => expect(value).toBeCloseTo(scale * standard[i]!, 5));
  });

  test.each([
    ['columns', [3, 3, 2, 7]],
    ['rows', [1, 1, 5, 12]],
    ['both', [2, 2, 2, 8]],
  ])('orthogonal: the %s of %j are orthogonal, of length gain', (_which, shape) => {
    const columns = shape.at(-1)!;
    const rows = sizeOf(shape) / columns;
    const values = draw({ type: 'orthogonal', gain: 2 }, shape);
    const at = (i: number, k: number) =>
      rows >= columns ? values[k * columns + i]! : values[i * columns + k]!;
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    for (let i = 0; i < count; i++)
      for (let j = 0; j <= i; j++) {
        let dot = 0;
        for (let k = 0; k < length; k++) dot += at(i, k) * at(j, k);
        expect(dot).toBeCloseTo(i === j ? 4 : 0, 5);
      }
  });

  test.each(initialisers.map((definition) => [definition.type, definition] as const))(
    '%s draws the same from one seed, and all values are finite',
    (_type, definition) => {
      const values = draw(definition.example as { type: string });
      expect(values).toHaveLength(sizeOf(SHAPE));
      expect(values.every(Number.isFinite)).toBe(true);
      expect(draw(definition.example as { type: string })).toEqual(values);
    },
  );

  test('fans count kernel pixels times channels, either way round', () => {
    const fansOf = (kernel: readonly number[], filters: number) => {
      const [spec] = convVariables(kernel, filters, { bias: true, init: 'he' });
      return spec?.init.type === 'drawn' ? spec.init.fans : undefined;
    };
    expect(fansOf([4, 4, 3, 64], 64)).toEqual({ fanIn: 48, fanOut: 1024 });
    expect(fansOf([4, 4, 64, 3], 64)).toEqual({ fanIn: 48, fanOut: 1024 });
  });
});
