import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawn } from '../../../src/core/draw.js';
import { Random } from '../../../src/core/random.js';
import { type Shape, sizeOf } from '../../../src/core/shape.js';
import { type Engine, openEngine } from '../../../src/engine/index.js';
import { type HealthCheck, healthChecks } from '../../../src/runs/health/index.js';
import { layers } from '../../../src/layers/index.js';
import { losses } from '../../../src/losses/index.js';
import type { ScoreFunction } from '../../../src/registry/index.js';
import { paramsOf } from '../../support/params.js';

const folder = new URL('../../../src/runs/health/', import.meta.url);
const OTHERS = ['check.ts', 'index.ts', 'monitor.ts'];
const files = readdirSync(fileURLToPath(folder)).filter(
  (name) => name.endsWith('.ts') && !OTHERS.includes(name),
);

test.each(files)('%s is one check, in the barrel, that says what it finds', async (file) => {
  const exported = Object.values((await import(new URL(file, folder).href)) as Record<string, unknown>);
  expect(exported).toHaveLength(1);
  const check = exported[0] as HealthCheck;
  expect(`${check.name}.ts`).toBe(file);
  expect(check.summary).toMatch(/\S.*\.$/);
  expect(healthChecks).toContain(check);
});

test('the barrel has no other check', () => {
  expect(healthChecks).toHaveLength(files.length);
});

describe('what checks stand on', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('cpu');
  });
  afterAll(() => engine.close());

  const deciding = losses.flatMap((loss) =>
    loss.operands === 'scores' && loss.decides ? [[loss.type, loss] as const] : [],
  );

  test.each(deciding)(
    'a wrong decision costs %s at least its boundary, and no decision less than its least',
    (type, loss) => {
      const { tf } = engine;
      const scores = Array.from({ length: 2001 }, (_, i) => (i - 1000) / 100);
      const x = tf.tensor1d(scores);
      const at = (f: ScoreFunction): number[] => [...f(x, x).dataSync()];
      for (const written of [{}, ...(type === 'bce' ? [{ label_smoothing: 0.1 }] : [])]) {
        const params = paramsOf(loss, written);
        const plain = loss.build(paramsOf(loss, {}), { tf, scores: 'logits' });
        const { real, fake } = loss.build(params, { tf, scores: 'logits' });
        const [ofReal, ofFake] = [at(real), at(fake)];
        const [plainReal, plainFake] = [at(plain.real), at(plain.fake)];
        const decides = loss.decides!(params);
        expect(Math.min(...ofReal)).toBeCloseTo(decides.real.least, 3);
        expect(Math.min(...ofFake)).toBeCloseTo(decides.fake.least, 3);
        scores.forEach((_score, i) => {
          // Which side a score is on shows in which of the two costs more.
          if (plainReal[i]! > plainFake[i]!)
            expect(ofReal[i]!).toBeGreaterThanOrEqual(decides.real.boundary - 1e-5);
          else expect(ofFake[i]!).toBeGreaterThanOrEqual(decides.fake.boundary - 1e-5);
        });
      }
    },
  );

  const norms = layers.filter(({ role }) => role === 'norm').map((layer) => [layer.type, layer] as const);

  test.each(norms)('%s leaves nothing of one value where, and only where, it says so', (_type, layer) => {
    const { tf, ops } = engine;
    const shapes: Shape[] = [
      [1, 1, 1],
      [1, 1, 4],
      [2, 3, 4],
    ];
    for (const shape of shapes) {
      const inputs = [shape, ...(layer.references ?? []).map((): Shape => [5])];
      const params = {
        ...paramsOf(layer, layer.example),
        ...('groups' in layer.params.properties ? { groups: 4 } : {}),
      };
      const variables = Object.fromEntries(
        layer.plan(params, inputs).variables.map(({ name, shape: size }) => [name, tf.ones([...size])]),
      );
      const run = layer.build(params, { tf, ops });
      for (const batch of [1, 2]) {
        const made = [1, -1].map((sign) => {
          const [x, ...rest] = inputs.map((each, i) => {
            const size = [batch, ...each];
            const values = new Random(i === 0 ? 'x' : 'rest').fillNormal(new Float32Array(sizeOf(size)));
            return tf.tensor(i === 0 ? values.map((value) => sign * value) : values, size);
          });
          const draw = (of: Shape, fill: Parameters<typeof drawn>[2]): Tensor =>
            tf.tensor(drawn(of, new Random('draw'), fill), [...of]);
          const y = run([x!, ...rest], variables, { dropout: true, batchStatistics: true, draw });
          return [...y.dataSync()];
        });
        const centred = layer.centres?.(params, shape);
        const lost = centred !== undefined && centred.values * (centred.overBatch ? batch : 1) <= 1;
        const differ = made[0]!.some((value, i) => Math.abs(value - made[1]![i]!) > 1e-3);
        expect(differ, `${shape.join('x')} at batch ${batch}`).toBe(!lost);
      }
    }
  });
});
