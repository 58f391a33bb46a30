import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/core/random.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { losses } from '../../src/losses/index.js';
import { expectGradient } from '../support/gradients.js';
import { paramsOf } from '../support/params.js';

describe('losses', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('cpu');
  });
  afterAll(() => engine.close());

  /** Values of every part of a score loss at the given scores. */
  const scored = (type: string, scores: number[], kind: 'logits' | 'probabilities' = 'logits') => {
    const definition = losses.find((loss) => loss.type === type)!;
    if (definition.operands !== 'scores') throw new Error(`${type} takes no scores`);
    const parts = definition.build(paramsOf(definition, {}), { tf: engine.tf, scores: kind });
    const at = (part: (x: Tensor) => Tensor): number[] => [...part(engine.tf.tensor(scores)).dataSync()];
    return { real: at(parts.real), fake: at(parts.fake), fool: at(parts.fool) };
  };
  const close = (got: number[], wanted: number[]) => {
    expect(got).toHaveLength(wanted.length);
    got.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
  };

  test('bce is -log sigmoid and -log(1 - sigmoid), finite for any logit', () => {
    const { real, fake, fool } = scored('bce', [0, 2, -2]);
    close(real, [Math.log(2), Math.log1p(Math.exp(-2)), Math.log1p(Math.exp(2))]);
    close(fake, [Math.log(2), Math.log1p(Math.exp(2)), Math.log1p(Math.exp(-2))]);
    expect(fool).toEqual(real);
    close(scored('bce', [1000, -1000]).real, [0, 1000]);
  });

  test('bce of probabilities equals bce of their logits', () => {
    const logits = [0, 1.5, -3];
    const probabilities = logits.map((x) => 1 / (1 + Math.exp(-x)));
    close(scored('bce', probabilities, 'probabilities').real, scored('bce', logits).real);
    close(scored('bce', probabilities, 'probabilities').fake, scored('bce', logits).fake);
    expect(scored('bce', [0, 1], 'probabilities').real.every(Number.isFinite)).toBe(true);
  });

  test('lsgan pulls to 1 and 0', () => {
    const { real, fake, fool } = scored('lsgan', [0.25, 3]);
    close(real, [0.5625, 4]);
    close(fake, [0.0625, 9]);
    close(fool, [0.5625, 4]);
  });

  test('hinge stops beyond the margin; G is paid by the score itself', () => {
    const { real, fake, fool } = scored('hinge', [-2, 0.5, 2]);
    close(real, [3, 0.5, 0]);
    close(fake, [0, 1.5, 3]);
    close(fool, [2, -0.5, -2]);
  });

  test.each([
    ['l1', [0.5, 2]],
    ['l2', [0.25, 4]],
  ])('%s', (type, wanted) => {
    const definition = losses.find((loss) => loss.type === type)!;
    if (definition.operands !== 'difference') throw new Error(`${type} is no difference`);
    const { tf } = engine;
    const difference = definition.build(paramsOf(definition, {}), { tf, scores: 'logits' });
    close([...difference(tf.tensor([1, -1]), tf.tensor([0.5, 1])).dataSync()], wanted);
  });

  test.each(losses.map((definition) => [definition.type, definition] as const))(
    '%s: gradient matches finite differences',
    (_type, definition) => {
      const { tf } = engine;
      const values = (seed: string) =>
        tf.tensor(new Random(seed).fillNormal(new Float32Array(24)), [2, 3, 4, 1]);
      const x = values('x');
      const params = paramsOf(definition, definition.example);
      if (definition.operands === 'scores') {
        const parts = definition.build(params, { tf, scores: 'logits' });
        for (const part of Object.values(parts))
          expectGradient(tf, (input) => tf.mean(part(input)), x, 24, 1e-3);
      } else if (definition.operands === 'difference') {
        const difference = definition.build(params, { tf, scores: 'logits' });
        const to = values('to');
        expectGradient(tf, (input) => tf.mean(difference(input, to)), x, 24, 1e-3);
      }
    },
  );
});
