import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixFloorDiv } from '../../src/engine/floordiv.js';
import { type Engine, openEngine } from '../../src/engine/index.js';

/** Neighbouring floats that WGSL may give for a quotient lie within 2.5 units in the last place. */
const MAX_UNITS = 2;

describe('floorDiv where division is not rounded correctly', () => {
  let cpu: Engine;
  /** What division is off by, element by element: units in the last place. */
  let units: readonly number[];
  let restore: () => void;

  beforeAll(async () => {
    cpu = await openEngine('cpu');
    const { tf } = cpu;
    const kernels = ['RealDiv', 'FloorDiv'].map((name) => tf.getKernel(name, 'cpu'));
    const [exact] = kernels;
    tf.unregisterKernel('RealDiv', 'cpu');
    tf.registerKernel({
      ...exact!,
      kernelFunc(call) {
        const result = tf.engine().makeTensorFromTensorInfo(exact!.kernelFunc(call) as never);
        const values = Float32Array.from(result.dataSync());
        const bits = new Int32Array(values.buffer);
        for (const [i, value] of values.entries()) if (value !== 0) bits[i]! += units[i % units.length]!;
        return tf.tensor(values, result.shape);
      },
    });
    fixFloorDiv(tf, 'cpu');
    restore = () => {
      for (const kernel of kernels) {
        tf.unregisterKernel(kernel.kernelName, 'cpu');
        tf.registerKernel(kernel);
      }
    };
  });
  afterAll(() => {
    restore();
    cpu.close();
  });

  const floorDiv = (as: readonly number[], b: number, dtype: 'float32' | 'int32') =>
    cpu.tf.tidy(() => [
      ...cpu.tf.floorDiv(cpu.tf.tensor([...as], undefined, dtype), cpu.tf.scalar(b, dtype)).dataSync(),
    ]);

  const divisor = fc.integer({ min: 1, max: 1000 }).chain((b) => fc.constantFrom(b, -b));
  const off = fc.array(fc.integer({ min: -MAX_UNITS, max: MAX_UNITS }), { minLength: 1, maxLength: 5 });

  test.each([
    ['int32', 1],
    ['float32', 8],
  ] as const)('is right of whole quotients and of those next to them, in %s', (dtype, parts) => {
    fc.assert(
      fc.property(divisor, fc.integer({ min: -10_000, max: 10_000 }), off, (b, whole, differences) => {
        units = differences;
        const as = [-1, 0, 1].map((rest) => (whole * b + rest) / parts);
        const expected = as.map((a) => Math.floor(a / (b / parts)) + 0);
        expect(floorDiv(as, b / parts, dtype)).toEqual(expected);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('is below what is a little less than whole', () => {
    units = [MAX_UNITS];
    expect(floorDiv([-1e-30, 1e-30, -0, 0], 1, 'float32')).toEqual([-1, 0, 0, 0]);
    expect(floorDiv([-1e-30, 1e-30], -1, 'float32')).toEqual([0, -1]);
  });

  test('leaves nothing behind', () => {
    units = [0];
    const before = cpu.tf.memory().numTensors;
    floorDiv([7, 8], 7, 'int32');
    expect(cpu.tf.memory().numTensors).toBe(before);
  });
});
