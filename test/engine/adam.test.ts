import type { Tensor } from '@tensorflow/tfjs';
import { afterEach, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { openOrt } from '../../src/engine/ort/index.js';
import type { BackendChoices } from '../../src/engine/ort/open.js';
import { Arena } from '../../src/engine/ort/memory/arena.js';
import { BufferPool } from '../../src/engine/ort/memory/pool.js';
import { updateInJavaScript } from '../../src/engine/ort/adam/loop.js';
import { wasmLoop } from '../../src/engine/ort/adam/wasm.js';
import { randomArray, randomSource } from './support.js';

const STEP = { beta1: 0.5, beta2: 0.999, stepSize: 2e-4, epsilon: 1e-7 };

let engine: Engine | undefined;
afterEach(() => engine?.close());

/** Weights and moments of a variable after two updates by `ops.adam`. */
async function twoUpdates(open: () => Promise<Engine>, size: number, keepOld = false): Promise<number[][]> {
  engine = await open();
  const { tf, ops } = engine;
  const random = randomSource(3);
  const state = [1, 0, 0].map((scale) => tf.variable(tf.tensor(randomArray(size, random, scale))));
  const [w, m, v] = state;
  const old: Tensor[] = [];
  for (let i = 0; i < 2; i++) {
    if (keepOld) old.push(w!.clone()); // someone may still read the old weights: they cannot be updated in place
    const g = tf.tidy(() => tf.square(tf.tensor(randomArray(size, random))));
    ops.adam(w!, m!, v!, g, STEP);
    g.dispose();
    engine.flush();
  }
  const values = state.map((variable) => [...variable.dataSync()]);
  tf.dispose([state, old]);
  engine.close();
  return values;
}

describe('ops.adam', () => {
  test.each([5, 4096, 5001])('of %i weights has the same bits in every form', async (size) => {
    const expected = await twoUpdates(() => openEngine('cpu'), size);
    const forms: BackendChoices[] = [{}, { wasm: false }];
    for (const options of forms) expect(await twoUpdates(() => openOrt(options), size)).toEqual(expected);
    expect(await twoUpdates(() => openOrt(), size, true)).toEqual(expected);
  });
});

describe('the WebAssembly loop', () => {
  test('agrees with JavaScript to the last bit, at sizes that do not fill its vectors', () => {
    const pool = new BufferPool(Arena.reserve());
    const loop = wasmLoop(pool.arena!)!;
    const random = randomSource(9);
    for (const size of [1, 15, 16, 17, 1000]) {
      const plain = [1, 0.1, 0.01, 1].map((scale) => randomArray(size, random, scale));
      plain[2] = plain[2]!.map(Math.abs);
      const inArena = plain.map((values) => {
        const buffer = pool.take('float32', size) as Float32Array;
        buffer.set(values);
        return buffer;
      });
      const named = ([w, m, v, g]: Float32Array[]) => ({ w: w!, m: m!, v: v!, g: g! });
      updateInJavaScript(named(plain), STEP);
      loop(named(inArena), STEP);
      expect(inArena).toEqual(plain);
    }
  });
});

test('a full arena falls back to plain arrays', () => {
  const pool = new BufferPool(Arena.reserve());
  const { arena } = pool;
  expect(arena!.contains(pool.take('float32', 100_000))).toBe(true);
  while (arena!.cut(2 ** 20) !== null); // reserves addresses only: nothing is touched
  const plain = pool.take('float32', 1_000_000);
  expect(arena!.contains(plain)).toBe(false);
  pool.give(plain);
  expect(pool.take('float32', 1_000_000)).toBe(plain);
});
