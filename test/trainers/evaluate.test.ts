import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Image } from '../../src/core/image.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { shippedDefinitions } from '../../src/definitions.js';
import type { Registry } from '../../src/registry/index.js';
import { openMeasures } from '../../src/trainers/measures.js';
import { checkEvaluation, evaluate, makeImages } from '../../src/trainers/index.js';
import { batchOf, dataOf, NUMBERS, numberGame } from '../support/number-game.js';
import { planOf } from '../support/plan.js';

const unread = () => Promise.reject(new Error('nothing is read here'));
const files = { fileOf: (path: string) => `/recipe/${path}`, openFeatures: unread };
/** A second output, without a reference and with noise. */
const NOISY = ['game.tensors.w={ type: perturb, of: x, deviation: 0.3 }', 'game.outputs.w={ from: x }'];
const EXAMPLES = [batchOf({ x: [0], t: [1] }), batchOf({ x: [0.5], t: [0.5] })];

describe('an evaluation', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openEngine('cpu');
  });
  afterAll(() => engine.close());

  const l1 = { type: 'l1' };
  const measure = async (set: string[], metrics: { type: string }[]) => {
    const game = await numberGame(engine, set);
    const progress: string[] = [];
    const config = { split: 'val', metrics };
    const options = { files, progress: (...of: number[]) => void progress.push(of.join(' of ')) };
    const values = await evaluate(game, dataOf(EXAMPLES), config, options);
    return { values, progress, game };
  };

  test('is the mean over the examples, and says how far it is', async () => {
    const { values, progress } = await measure([], [l1]);
    // y = 2 x: bytes 128 and 255, where t is 255 and 191.
    expect(values).toEqual({ 'val/l1': (127 + 64) / 2 });
    expect(progress).toEqual(['1 of 2', '2 of 2']);
  });

  test('names the output where a metric is of several, and draws for one what draws ask for', async () => {
    const { values, game } = await measure(NOISY, [l1, { type: 'diversity', draws: 3 } as { type: string }]);
    let sum = 0;
    for (const [index, batch] of EXAMPLES.entries()) {
      const draws = [];
      for (const draw of [0, 1, 2])
        draws.push((await makeImages(game, batch, index, ['w'], draw))['w']!.data[0]!);
      const [a = 0, b = 0, c = 0] = draws;
      sum += (Math.abs(a - b) + Math.abs(a - c) + Math.abs(b - c)) / 3;
    }
    // w has no reference, so that l1 is of y alone.
    expect(values).toEqual({ 'val/l1': (127 + 64) / 2, 'val/w/diversity': sum / 2, 'val/y/diversity': 0 });
    expect(sum).toBeGreaterThan(0);
  });

  const TWO = [
    'data.others={ type: side-by-side, path: none, fields: { u: { from: left, as: grey } }, size: 1 }',
    'game.outputs.y.reference=u',
  ];
  test.each([
    [TWO, l1, 'b/1.jpg', 'val/l1 compares pairs, and b/1.jpg and a/1.png of the sources'],
    [TWO, l1, 'a/1.jpg', undefined],
    [TWO, { type: 'diversity' }, 'a/2.png', undefined],
    [[], l1, 'a/2.png', undefined],
  ])('compares what belongs together: %o by %o with %s', async (set, metric, file, message) => {
    const data = dataOf([
      { ...batchOf({ x: [0], t: [0], u: [0] }), names: { numbers: ['a/1.png'], others: [file] } },
    ]);
    const game = await numberGame(engine, set);
    const config = { split: 'val', metrics: [metric] };
    for (const run of [
      () => evaluate(game, data, config, { files }),
      () => checkEvaluation(game.plan, game.context.registry, data, config, files),
    ])
      if (message === undefined) await run();
      else await expect(run()).rejects.toThrow(message);
  });
});

test('a metric of sets gets all pairs and the reference’s palette, and is closed, also where a later one cannot be opened', async () => {
  const calls: unknown[] = [];
  const definitions: Record<string, object> = {
    sets: {
      measures: 'sets',
      build: (_params: object, context: object) => {
        calls.push(context);
        return {
          add: (...pair: unknown[]) => calls.push(pair),
          value: () => 7,
          close: () => calls.push('closed'),
        };
      },
    },
    broken: { measures: 'sets', build: () => Promise.reject(new Error('no such file')) },
  };
  const registry = { get: (_kind: string, type: string) => definitions[type] } as unknown as Registry;
  const plan = await planOf(NUMBERS, NOISY);
  const palettes = { t: { colours: [] }, x: { colours: [[1, 2, 3]] } } as const;
  const open = (...types: string[]) =>
    openMeasures(
      plan,
      registry,
      { split: 'test', metrics: types.map((type) => ({ type })) },
      { palettes, files },
    );
  const [a, b] = [3, 1].map((value): Image => ({
    width: 1,
    height: 1,
    channels: 1,
    data: Uint8Array.of(value),
  }));
  const [sets, ...others] = await open('sets');
  expect([sets, others]).toMatchObject([
    { key: 'test/sets', output: 'y', reference: 't', isOfPairs: false, draws: 1 },
    [],
  ]);
  await sets!.add([a!], b);
  expect(sets!.value()).toBe(7);
  expect(calls.splice(0)).toEqual([
    expect.objectContaining({ palette: palettes.t, fileOf: files.fileOf }),
    [a, b],
  ]);
  await expect(open('sets', 'broken')).rejects.toThrow('no such file');
  expect(calls.splice(1)).toEqual(['closed']);
});

test('metrics that name one network of features share it: an image goes through it once, and it is closed at the end', async () => {
  const plan = await planOf(NUMBERS, []);
  const events: string[] = [];
  const openFeatures = (path: string) =>
    Promise.resolve({
      of: ({ data }: Image) => {
        events.push(`${path} ${data[0]!}`);
        return Promise.resolve(Float32Array.from(data));
      },
      close: () => Promise.resolve(void events.push(`close ${path}`)),
    });
  const metrics = ['fid', 'kid'].map((type) => ({ type, features: 'a', range: '0..1' }));
  const measures = await openMeasures(
    plan,
    shippedDefinitions(),
    { split: 'val', metrics: [...metrics, { type: 'kid', features: 'b', range: '0..1' }] },
    { palettes: {}, files: { ...files, openFeatures } },
  );
  for (const [output, reference] of [
    [1, 2],
    [3, 4],
  ] as const) {
    const image = (value: number): Image => ({
      width: 1,
      height: 1,
      channels: 1,
      data: Uint8Array.of(value),
    });
    const [made, real] = [image(output), image(reference)];
    for (const measure of measures) await measure.add([made], real);
  }
  await measures[0]!.close!();
  expect(events.splice(0)).toEqual(['a 1', 'a 2', 'b 1', 'b 2', 'a 3', 'a 4', 'b 3', 'b 4']);
  for (const measure of measures.slice(1)) await measure.close!();
  expect(events).toEqual(['close a', 'close b']);
});
