import type { Tensor } from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { withTape } from '../../src/trainers/tape.js';
import { expectValues, places, random, reader, run, tensor, tf, type Written } from './support.js';

/** Two images whose height, width and channels differ. */
const x = random([2, 7, 6, 2], 'x');
const at = reader(x);
const bias = tensor([3], [10, 20, 30]);
const withBias = (sums: readonly number[]) => sums.map((sum, i) => sum + 10 * (1 + (i % 3)));
type Four = [number, number, number, number];
const outputs = (rows: number, columns: number) => [...places([2, rows, columns, 3])] as Four[];
/** Sum over the rows, columns and input channels of a kernel. */
function overTaps(kernel: number, term: (a: number, b: number, c: number) => number): number {
  let sum = 0;
  for (const [a, b, c] of places([kernel, kernel, 2])) sum += term(a!, b!, c!);
  return sum;
}

// By hand: side of the kernel, size of the output, and the row (or column) of the input that output i sees at tap a.
test.each<[Written, number, [number, number], (i: number, a: number) => number]>([
  [{ type: 'conv' }, 3, [7, 6], (i, a) => i + a - 1],
  [{ type: 'conv', kernel: 4, stride: 2, padding: 1 }, 4, [3, 3], (i, a) => 2 * i + a - 1],
  [{ type: 'conv', stride: 2, padding: 0 }, 3, [3, 2], (i, a) => 2 * i + a],
  [{ type: 'conv', kernel: 5, stride: 3, padding: 2 }, 5, [3, 2], (i, a) => 3 * i + a - 2],
  // Three zeros in all for the rows, two for the columns: the odd one is behind.
  [{ type: 'conv', kernel: 4, stride: 2, padding: 'same' }, 4, [4, 3], (i, a) => 2 * i + a - 1],
  [{ type: 'conv', kernel: 2, padding: 'same' }, 2, [7, 6], (i, a) => i + a],
  [{ type: 'dilated-conv' }, 3, [7, 6], (i, a) => i + 2 * a - 2],
  [{ type: 'dilated-conv', padding: 0 }, 3, [3, 2], (i, a) => i + 2 * a],
  [{ type: 'dilated-conv', kernel: 2, dilation: 3, padding: 1 }, 2, [6, 5], (i, a) => i + 3 * a - 1],
  // Between two rows of the input there is nothing.
  [{ type: 'transposed-conv' }, 4, [14, 12], (i, a) => (i + 1 - a) / 2],
  [{ type: 'transposed-conv', kernel: 3 }, 3, [13, 11], (i, a) => (i + 1 - a) / 2],
  [{ type: 'transposed-conv', kernel: 3, output_padding: 1 }, 3, [14, 12], (i, a) => (i + 1 - a) / 2],
  [
    { type: 'transposed-conv', kernel: 5, stride: 3, padding: 2, output_padding: 2 },
    5,
    [21, 18],
    (i, a) => (i + 2 - a) / 3,
  ],
  [{ type: 'transposed-conv', kernel: 3, stride: 1, padding: 0 }, 3, [9, 8], (i, a) => i - a],
  [{ type: 'transposed-conv', kernel: 2, stride: 3, padding: 0 }, 2, [20, 17], (i, a) => (i - a) / 3],
  [{ type: 'transposed-conv', kernel: 3, padding: 'same' }, 3, [14, 12], (i, a) => (i - a) / 2],
  [{ type: 'transposed-conv', kernel: 5, padding: 'same' }, 5, [14, 12], (i, a) => (i + 1 - a) / 2],
  [{ type: 'resize-conv' }, 3, [14, 12], (i, a) => Math.floor((i + a - 1) / 2)],
  [{ type: 'resize-conv', kernel: 2, factor: 3 }, 2, [21, 18], (i, a) => Math.floor((i + a) / 3)],
])('%j sums over its taps, zeros outside, and adds a bias', (written, kernel, side, seen) => {
  const transposed = written.type === 'transposed-conv';
  const w = random([kernel, kernel, ...(transposed ? [3, 2] : [2, 3])], 'w');
  const weight = reader(w);
  const sums = outputs(...side).map(([n, i, j, o]) =>
    overTaps(kernel, (a, b, c) => {
      const [row, column] = [seen(i, a), seen(j, b)];
      if (!Number.isInteger(row) || !Number.isInteger(column)) return 0;
      return at(n, row, column, c) * (transposed ? weight(a, b, o, c) : weight(a, b, c, o));
    }),
  );
  const layer = { filters: 3, ...written };
  expectValues(run(layer, [x], { kernel: w }), [2, ...side, 3], sums, 4);
  expectValues(run(layer, [x], { kernel: w, bias }), [2, ...side, 3], withBias(sums), 4);
});

/** One step of power iteration from u on the matrix `[rest, outputs]` of a kernel, in plain loops. */
function powerStep(kernel: Tensor, axis: number, u: Tensor) {
  const before = reader(u);
  const entries = [...places(kernel.shape)].map((place) => {
    const row = place.filter((_, i) => i !== axis).join();
    return { row, column: place[axis]!, value: reader(kernel)(...place) };
  });
  const sumBy = <K>(
    key: (e: (typeof entries)[number]) => K,
    value: (e: (typeof entries)[number]) => number,
  ) => {
    const sums = new Map<K, number>();
    for (const entry of entries) sums.set(key(entry), (sums.get(key(entry)) ?? 0) + value(entry));
    const norm = Math.hypot(...sums.values());
    return { norm, unit: (k: K) => sums.get(k)! / norm };
  };
  const right = sumBy(
    ({ row }) => row,
    ({ column, value }) => value * before(column),
  );
  const left = sumBy(
    ({ column }) => column,
    ({ row, value }) => value * right.unit(row),
  );
  // sigma = right^T W left is the length of W^T right.
  const outer = entries.map(({ row, column }) => right.unit(row) * left.unit(column));
  return { sigma: left.norm, next: [...u.dataSync()].map((_, o) => left.unit(o)), outer };
}

const vector = random([2, 3], 'vector');
test.each<[Written, Tensor[], shape: number[], axis: number]>([
  [{ type: 'conv', filters: 3 }, [x], [3, 3, 2, 3], 3],
  [{ type: 'dilated-conv', filters: 3 }, [x], [3, 3, 2, 3], 3],
  [{ type: 'resize-conv', filters: 3 }, [x], [3, 3, 2, 3], 3],
  [{ type: 'transposed-conv', filters: 3 }, [x], [4, 4, 3, 2], 2],
  [{ type: 'dense', units: 4 }, [vector], [3, 4], 1],
  [{ type: 'projection', by: 'label' }, [vector, random([2, 5], 'label')], [5, 3], 1],
])(
  'spectral norm: %j divides by one step of power iteration, and keeps its vector',
  (written, inputs, shape, axis) => {
    const [kernel, u] = [random(shape, 'kernel'), random([shape[axis]!], 'u')];
    const { sigma, next } = powerStep(kernel, axis, u);
    const plain = run(written, inputs, { kernel: tf.div(kernel, sigma) });
    const kept: [string, Tensor][] = [];
    const track = (name: string, value: Tensor) => void kept.push([name, value]);
    for (const call of [{}, { track }])
      expectValues(run(written, inputs, { kernel, u }, call), plain.shape, [...plain.dataSync()], 4);
    expect(kept.map(([name]) => name)).toEqual(['u']);
    expectValues(kept[0]![1], u.shape, next);
  },
);

test('spectral norm: each kernel of self-attention has a vector of its own', () => {
  const given: Record<string, Tensor> = { gamma: tensor([1], [0.5]) };
  const wanted: Record<string, number[]> = {};
  for (const [name, from, to] of [
    ['query', 4, 2],
    ['key', 4, 2],
    ['value', 4, 2],
    ['output', 2, 4],
  ] as const) {
    const [kernel, u] = [random([1, 1, from, to], name), random([to], `${name}_u`)];
    Object.assign(given, { [name]: kernel, [`${name}_u`]: u });
    wanted[`${name}_u`] = powerStep(kernel, 3, u).next;
  }
  const kept: Record<string, Tensor> = {};
  const track = (name: string, value: Tensor) => void (kept[name] = value);
  run({ type: 'self-attention', reduction: 2 }, [random([2, 2, 3, 4], 'input')], given, { track });
  expect(Object.keys(kept).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, value] of Object.entries(wanted)) expectValues(kept[name]!, [value.length], value);
});

test('spectral norm: the gradient takes the two singular vectors as constant', () => {
  const [kernel, u, weights] = [random([3, 4], 'kernel'), random([4], 'u'), random([2, 4], 'weights')];
  const { sigma, outer } = powerStep(kernel, 1, u);
  // d sum(G W / sigma) = G / sigma - sum(G W) / sigma^2 d sigma, G the gradient by the normalised kernel.
  const [rows, by] = [reader(vector), reader(weights)];
  const G = [...places([3, 4])].map(([i, j]) => rows(0, i!) * by(0, j!) + rows(1, i!) * by(1, j!));
  const product = [...kernel.dataSync()].reduce((sum, each, i) => sum + each * G[i]!, 0);
  const wanted = outer.map((each, i) => G[i]! / sigma - (product / sigma ** 2) * each);
  const made = withTape(tf, (tape) => {
    const y = run({ type: 'dense', units: 4 }, [vector], { kernel, u });
    return tape.derivative(tf.sum(tf.mul(y, weights)), kernel);
  });
  expectValues(made!, [3, 4], wanted);
});
