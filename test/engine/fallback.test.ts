import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Engine, openEngine } from '../../src/engine/index.js';
import { openOrt } from '../../src/engine/ort/index.js';
import type { BackendChoices } from '../../src/engine/ort/open.js';
import { conform, families } from '../../src/engine/conformance/index.js';

let cpu: Engine;
beforeAll(async () => {
  cpu = await openEngine('cpu');
});

let ort: Engine | undefined;
afterEach(() => ort?.close());

/** Of each family a few; among the convolutions those that the shortcuts are for. */
const some = families.map(({ name, cases }) => ({
  name,
  cases: cases.filter((each, i) =>
    name === 'convolutions' ? /66x64|35x34|16x16|9x9/.test(each.name) : i % 12 === 0,
  ),
}));

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

describe.each(without)('without %s', (_name, options, features) => {
  test('the engine says so, and agrees with the reference', async () => {
    ort = await openOrt({ threads: 1, ...options });
    expect(ort.describe().features).toMatchObject(features);
    for await (const { name, failure } of conform(ort, cpu, some)) expect(failure, name).toBeUndefined();
  });
});

test('with the pinned onnxruntime the shortcuts are open', async () => {
  ort = await openOrt();
  const { outputs, adam } = ort.describe().features;
  expect({ outputs, adam }).toEqual({ outputs: 'in place', adam: 'wasm' });
});
