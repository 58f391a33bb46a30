import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { conform, families } from '../../src/engine/conformance/index.js';
import { type Engine, openEngine } from '../../src/engine/index.js';

let engines: { ort: Engine; cpu: Engine };

beforeAll(async () => {
  engines = { cpu: await openEngine('cpu'), ort: await openEngine('ort', { threads: 1 }) };
});

afterAll(() => engines.ort.close());

describe.each(families)('$name', ({ name, cases }) => {
  test.each(cases)('$name', async (each) => {
    for await (const { failure } of conform(engines.ort, engines.cpu, [{ name, cases: [each] }]))
      expect(failure).toBeUndefined();
  });
});
