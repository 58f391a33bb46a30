import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { optimizers } from '../../src/optimizers/index.js';
import { paramsOf } from '../support/params.js';

const RATE = 0.1;
const START = [1, -2];
const GRADIENTS = [
  [0.5, -3],
  [0.25, 2],
  [-1, 0.125],
];

/** One coordinate's weight after each gradient: an independent transcription of the published algorithm, in doubles. */
type Reference = (start: number, gradients: readonly number[]) => number;

/** Kingma & Ba 2015, algorithm 1. */
const adam =
  (beta1: number, beta2: number, epsilon: number, decay = 0): Reference =>
  (start, gradients) => {
    let [w, m, v] = [start, 0, 0];
    gradients.forEach((g, i) => {
      w -= RATE * decay * w; // Loshchilov & Hutter 2019, algorithm 2, with eta_t = alpha as in PyTorch
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      w -= (RATE * (m / (1 - beta1 ** (i + 1)))) / (Math.sqrt(v / (1 - beta2 ** (i + 1))) + epsilon);
    });
    return w;
  };

/** torch.optim.RMSprop. */
const rmsprop =
  (decay: number, momentum: number, epsilon: number): Reference =>
  (start, gradients) => {
    let [w, v, b] = [start, 0, 0];
    for (const g of gradients) {
      v = decay * v + (1 - decay) * g * g;
      b = momentum * b + g / (Math.sqrt(v) + epsilon);
      w -= RATE * b;
    }
    return w;
  };

/** torch.optim.SGD. */
const sgd =
  (momentum: number, nesterov: boolean, decay = 0): Reference =>
  (start, gradients) => {
    let [w, b] = [start, 0];
    for (const g of gradients) {
      w -= RATE * decay * w;
      b = momentum * b + g;
      w -= RATE * (nesterov ? g + momentum * b : b);
    }
    return w;
  };

const CASES: readonly (readonly [config: { type: string; [key: string]: unknown }, reference: Reference])[] =
  [
    [{ type: 'adam' }, adam(0.9, 0.999, 1e-8)],
    [{ type: 'adam', beta1: 0, beta2: 0.9, epsilon: 1e-3 }, adam(0, 0.9, 1e-3)],
    [{ type: 'adamw', beta1: 0.5 }, adam(0.5, 0.999, 1e-8, 0.01)],
    [{ type: 'adamw', weight_decay: 0.5 }, adam(0.9, 0.999, 1e-8, 0.5)],
    [{ type: 'rmsprop' }, rmsprop(0.99, 0, 1e-8)],
    [{ type: 'rmsprop', decay: 0.9, momentum: 0.5, epsilon: 0.1 }, rmsprop(0.9, 0.5, 0.1)],
    [{ type: 'sgd' }, sgd(0, false)],
    [{ type: 'sgd', momentum: 0.9 }, sgd(0.9, false)],
    [{ type: 'sgd', momentum: 0.9, nesterov: true, weight_decay: 0.1 }, sgd(0.9, true, 0.1)],
  ];

describe.each(['cpu', 'ort'])('optimizers on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine(name);
  });
  afterAll(() => engine.close());

  test('every optimizer is held against its paper', () => {
    expect([...new Set(CASES.map(([{ type }]) => type))].sort()).toEqual(
      optimizers.map(({ type }) => type).sort(),
    );
  });

  test.each(CASES)('%j makes the published steps and leaks nothing', (config, reference) => {
    const { tf, ops } = engine;
    const definition = optimizers.find(({ type }) => type === config.type)!;
    const params = paramsOf(definition, config);
    const move = definition.build(params, { tf, ops });
    const variableOf = (values: readonly number[]) => {
      const start = tf.tensor([...values]);
      const variable = tf.variable(start);
      start.dispose();
      return variable;
    };
    const before = tf.memory().numTensors;
    const variable = variableOf(START);
    const slots = Object.fromEntries(definition.slots.map((slot) => [slot, variableOf([0, 0])]));
    GRADIENTS.forEach((values, i) => {
      const gradient = tf.tensor(values);
      const numbers = definition.numbers(params, { update: i + 1, learningRate: RATE });
      tf.tidy(() => move({ variable, gradient, slots, number: (key) => tf.scalar(numbers[key]!) }));
      gradient.dispose();
    });
    const wanted = START.map((start, i) =>
      reference(
        start,
        GRADIENTS.map((gradient) => gradient[i]!),
      ),
    );
    [...variable.dataSync()].forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 5));
    tf.dispose([variable, ...Object.values(slots)]);
    expect(tf.memory().numTensors).toBe(before);
  });
});
