import type { Tensor } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/core/random.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { evaluateCall, type Scope } from '../../src/trainers/calls.js';
import { Network, type NetworkCall, type NetworkContext } from '../../src/trainers/network.js';
import { parseCall } from '../../src/recipe/check/parse-call.js';
import { NUMBERS } from '../support/number-game.js';
import { planOf, registry } from '../support/plan.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

const text = (tensors: Iterable<Tensor>) =>
  [...tensors].map((tensor) => tensor.dataSync().join()).join(' | ');
const dense = (id: string, more = '') => `{ id: ${id}, type: dense, units: 1, bias: false${more} }`;
const END = '{ id: n, type: reshape, shape: [1, 1, 1] }, { id: drop, type: dropout }';
const PLAIN = `[${dense('a')}, ${dense('b')}, ${END}]`;
const NORMED = `[${dense('a')}, ${dense('b', ', weight_norm: spectral')}, ${END}, { id: bn, type: batch-norm }]`;
const RUNNING = `${NORMED}, inference: { batch_statistics: false }`;

const kernel = (id: string, value: number) => ({
  name: `${id}/kernel`,
  shape: [1, 1],
  data: Float32Array.of(value),
});

async function networkOf(keys: string, more: Partial<NetworkContext> = {}, before?: Network) {
  const plan = await planOf(NUMBERS, [`networks.G={ type: layers, layers: ${keys} }`]);
  const context = { tf: engine.tf, ops: engine.ops, registry, seed: 1, ...more };
  return new Network(plan.networks['G']!, context, before?.variables);
}

const drawn: unknown[] = [];
const CALL: NetworkCall = {
  dropout: true,
  batchStatistics: true,
  draw: (shape, _fill, id) => (drawn.push(id), engine.tf.fill([...shape], 3)),
};

describe('the variables of a network', () => {
  test('are drawn by seed, network and name, or begin at their constants', async () => {
    const { variables, trainable } = await networkOf(RUNNING);
    const normal = (name: string, mean: number) =>
      new Random(1, 'init', 'G', name).fillNormal(new Float32Array(1), mean, 0.02)[0];
    expect(variables.get('a/kernel')!.dataSync()[0]).toBe(normal('a/kernel', 0));
    expect(variables.get('bn/gamma')!.dataSync()[0]).toBe(normal('bn/gamma', 1));
    expect(
      text(['beta', 'running_mean', 'running_variance'].map((name) => variables.get(`bn/${name}`)!)),
    ).toBe('0 | 0 | 1');
    expect(trainable.map(({ name }) => name)).toEqual(['a/kernel', 'b/kernel', 'bn/gamma', 'bn/beta']);
    const orthogonal = await networkOf(`[${dense('a', ', init: { type: orthogonal, gain: 3 }')}, ${END}]`);
    expect(Math.abs(orthogonal.variables.get('a/kernel')!.dataSync()[0]!)).toBeCloseTo(3, 5);
  });

  test('are running statistics only where outputs normalise by them, and always what a weight norm keeps', async () => {
    const without = await networkOf(`${NORMED}, inference: { batch_statistics: true }`);
    const within = await networkOf(RUNNING);
    const names = ['a/kernel', 'b/kernel', 'b/u', 'bn/gamma', 'bn/beta'];
    expect([...without.variables.keys()]).toEqual(names);
    expect([...within.variables.keys()]).toEqual([...names, 'bn/running_mean', 'bn/running_variance']);
  });

  test('go on from the network before, and have no values in a dry run', async () => {
    const first = await networkOf(RUNNING);
    const second = await networkOf(RUNNING, {}, first);
    for (const [name, variable] of first.variables) expect(second.variables.get(name)).toBe(variable);
    const places: string[] = [];
    const within = <T>(place: string, f: () => T): T => (places.push(place), f());
    const dry = await networkOf(RUNNING, { dryRun: { within } });
    expect(text(dry.variables.values())).toBe('0 | 0 | 0 | 0 | 0 | 0 | 0');
    dry.call([engine.tf.ones([2, 1, 1, 1])], CALL, 'b');
    expect(places).toEqual(['layer a (dense) of network G', 'layer b (dense) of network G']);
  });

  test('are written all or none', async () => {
    const network = await networkOf(PLAIN);
    const [a, b] = [kernel('a', 7), kernel('b', 8)];
    const before = text(network.variables.values());
    expect(() => network.write([a], 'there')).toThrow('there, network G: "b/kernel" is missing.');
    expect(text(network.variables.values())).toBe(before);
    network.write([b, a], 'there');
    expect(text(network.variables.values())).toBe('7 | 8');
  });
});

describe('a call of a network', () => {
  test('gives its output, a layer or its features, by its own weights or by others', async () => {
    const network = await networkOf(PLAIN);
    network.write([kernel('a', 2), kernel('b', 5)], 'here');
    const call = (more: Partial<NetworkCall>, part?: string) =>
      text(network.call([engine.tf.tensor([1, 10], [2, 1, 1, 1])], { ...CALL, ...more }, part));
    drawn.length = 0;
    expect(call({}, 'a')).toBe('2,20');
    expect(call({}, 'features')).toBe('2,20 | 10,100 | 10,100');
    expect(drawn).toEqual([]); // what comes later is not run
    expect(call({ weights: new Map([['b/kernel', engine.tf.tensor([[7]])]]) })).toBe('42,420');
    expect(drawn).toEqual([['G', 'drop']]);
    expect(call({ dropout: false })).toBe('10,100');
  });
});

test.each([
  ['D(x)', false, '1,2,3,4'],
  // An image of two pixels and a vector of two numbers, in the order given.
  ['D(x, v)', false, '1,8,9,2,8,9,3,6,7,4,6,7'],
  ['D(v, x)', false, '8,9,1,8,9,2,6,7,3,6,7,4'],
  ['D(v, v)', false, '8,9,8,9,6,7,6,7'],
  ['D(x, v)', true, '1,2,3,4 | 8,9,6,7'],
])(
  'the arguments of %s are stacked, and where they are named (%o) given one by one',
  (call, namesInputs, expected) => {
    const { tf } = engine;
    const asked: unknown[] = [];
    const network = {
      plan: { name: 'D', namesInputs },
      call: (inputs: readonly Tensor[], { draw }: NetworkCall) => (
        draw([], () => undefined, ['mine']),
        inputs
      ),
    };
    const scope = {
      tf,
      networks: new Map([['D', network]]),
      values: new Map([
        ['x', tf.tensor([1, 2, 3, 4], [2, 1, 2, 1])],
        ['v', tf.tensor([8, 9, 6, 7], [2, 2])],
      ]),
      mode: () => ({ dropout: false, batchStatistics: true }),
      draw: (_shape: unknown, _fill: unknown, id: unknown) => asked.push(id),
    } as unknown as Scope;
    expect(text(evaluateCall(parseCall(call), scope))).toBe(expected);
    expect(asked).toEqual([[call, 'mine']]);
  },
);
