import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { optimizers } from '../../src/optimizers/index.js';
import { paramsOf } from '../support/params.js';

/** Changes as by a schedule, so that what gathers gradients and what gathers moves are told apart. */
const RATES = [0.1, 0.05, 0.2];
/** The last gradients are as small as epsilon. */
const START = [1, -2, 0.5];
const GRADIENTS = [
  [0.5, -3, 1e-8],
  [0.25, 2, -3e-8],
  [-1, 0.125, -2e-8],
];

/** One coordinate's weight after each gradient: an independent transcription of the published algorithm, in doubles. */
type Reference = (start: number, gradients: readonly number[]) => number;

/** Kingma & Ba 2015, algorithm 1. */
const adam =
  (beta1: number, beta2: number, epsilon: number, decay = 0): Reference =>
  (start, gradients) => {
    let [w, m, v] = [start, 0, 0];
    gradients.forEach((g, i) => {
      w -= RATES[i]! * decay * w; // Loshchilov & Hutter 2019, algorithm 2, with eta_t = alpha as in PyTorch
      m = beta1 * m + (1 - beta1) * g;
      v = beta2 * v + (1 - beta2) * g * g;
      w -= (RATES[i]! * (m / (1 - beta1 ** (i + 1)))) / (Math.sqrt(v / (1 - beta2 ** (i + 1))) + epsilon);
    });
    return w;
  };

/** torch.optim.RMSprop. */
const rmsprop =
  (decay: number, momentum: number, epsilon: number, weightDecay = 0): Reference =>
  (start, gradients) => {
    let [w, v, b] = [start, 0, 0];
    for (const [i, g] of gradients.entries()) {
      w -= RATES[i]! * weightDecay * w;
      v = decay * v + (1 - decay) * g * g;
      b = momentum * b + g / (Math.sqrt(v) + epsilon);
      w -= RATES[i]! * b;
    }
    return w;
  };

/** torch.optim.SGD. */
const sgd =
  (momentum: number, nesterov: boolean, decay = 0): Reference =>
  (start, gradients) => {
    let [w, b] = [start, 0];
    for (const [i, g] of gradients.entries()) {
      w -= RATES[i]! * decay * w;
      b = momentum * b + g;
      w -= RATES[i]! * (nesterov ? g + momentum * b : b);
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
    [{ type: 'rmsprop', weight_decay: 0.5 }, rmsprop(0.99, 0, 1e-8, 0.5)],
    [{ type: 'sgd' }, sgd(0, false)],
    [{ type: 'sgd', nesterov: true }, sgd(0, true)],
    [{ type: 'sgd', weight_decay: 0.5 }, sgd(0, false, 0.5)],
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
    expect(optimizers.filter(({ type }) => !CASES.some(([config]) => config.type === type))).toEqual([]);
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
    const slots = Object.fromEntries(definition.slots.map((slot) => [slot, variableOf([0, 0, 0])]));
    GRADIENTS.forEach((values, i) => {
      const gradient = tf.tensor(values);
      const numbers = definition.numbers(params, { update: i + 1, learningRate: RATES[i]! });
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

  test.each(optimizers.map((definition) => [definition.type, definition] as const))(
    '%s: its momentum is what it keeps of gradients before: without it, a gradient of 0 moves nothing',
    (_type, definition) => {
      const { tf, ops } = engine;
      const secondMove = (share: number): number => {
        const params = paramsOf(definition, { weight_decay: 0, [definition.momentum!]: share });
        const variable = tf.variable(tf.scalar(1));
        const slots = Object.fromEntries(definition.slots.map((slot) => [slot, tf.variable(tf.scalar(0))]));
        const after = [1, 0].map((gradient, i) => {
          const numbers = definition.numbers(params, { update: i + 1, learningRate: 0.1 });
          const number = (key: string) => tf.scalar(numbers[key]!);
          definition.build(params, { tf, ops })({ variable, gradient: tf.scalar(gradient), slots, number });
          return variable.dataSync()[0]!;
        });
        return after[1]! - after[0]!;
      };
      expect(secondMove(0)).toBe(0);
      expect(secondMove(0.9)).toBeLessThan(-0.01);
    },
  );
});
