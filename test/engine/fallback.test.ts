import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { openOrt } from '../../src/engine/ort/index.js';
import type { BackendChoices } from '../../src/engine/ort/open.js';
import { type Case, convCases, elementwiseCases, layoutCases, shapeCases } from './cases.js';
import { evaluateOn, expectOn } from './compare.js';
import type { Results } from './support.js';

let ort: Engine | undefined;
afterEach(() => ort?.close());

const everyThird = <T>(list: readonly T[]): T[] => list.filter((_, i) => i % 3 === 0);
/** Among the convolutions, those that the shortcuts are for. */
const cases = [
  ...everyThird(elementwiseCases),
  ...everyThird(shapeCases),
  ...layoutCases,
  ...convCases.filter(({ name }) => /66x64|35x34|16x16|9x9/.test(name)),
];

const without: [string, BackendChoices, Record<string, unknown>][] = [
  ['in-place outputs', { inPlaceOutputs: false }, { outputs: 'copied' }],
  ['WebAssembly', { wasm: false }, { adam: 'javascript' }],
  ['the blocked layout', { nchwc: false }, { nchwcBlock: 0 }],
  [
    'any shortcut',
    { inPlaceOutputs: false, wasm: false, nchwc: false, threads: 2 },
    { outputs: 'copied', nchwcBlock: 0 },
  ],
];

const expected = new Map<Case, Results>();
beforeAll(async () => {
  const cpu = await openEngine('cpu');
  for (const each of cases) expected.set(each, await evaluateOn(cpu, each));
});

describe.each(without)('without %s', (_name, options, features) => {
  test('the engine says so, and agrees with the reference', async () => {
    ort = await openOrt({ threads: 1, ...options });
    expect(ort.describe().features).toMatchObject(features);
    for (const [each, results] of expected) await expectOn(ort, each, results);
  });
});

test('with the pinned onnxruntime the shortcuts are open', async () => {
  ort = await openOrt();
  const { outputs, adam } = ort.describe().features;
  expect({ outputs, adam }).toEqual({ outputs: 'in place', adam: 'wasm' });
});
