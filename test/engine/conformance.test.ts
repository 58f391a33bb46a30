import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { openEngine } from '../../src/engine/index.js';
import {
  type Case,
  convCases,
  elementwiseCases,
  imageCases,
  layoutCases,
  linearCases,
  reduceCases,
  shapeCases,
} from './cases.js';
import { evaluateOn, expectOn } from './compare.js';

let engines: { ort: Engine; cpu: Engine };

beforeAll(async () => {
  engines = { cpu: await openEngine('cpu'), ort: await openEngine('ort', { threads: 1 }) };
});

afterAll(() => engines.ort.close());

const tables: Record<string, readonly Case[]> = {
  elementwise: elementwiseCases,
  reductions: reduceCases,
  shapes: shapeCases,
  linear: linearCases,
  images: imageCases,
  convolutions: convCases,
  layouts: layoutCases,
};

describe.each(Object.entries(tables))('%s', (_name, cases) => {
  test.each(cases)('$name', async (each) => expectOn(engines.ort, each, await evaluateOn(engines.cpu, each)));
});

test('nothing is left behind', () => {
  expect(engines.ort.tf.memory().numTensors).toBe(0);
});
