import { afterAll, beforeAll, expect, test } from 'vitest';
import { shippedDefinitions } from '../../src/definitions.js';
import { type Engine, openEngine } from '../../src/engine/index.js';
import type { LossPlan, UpdatePlan } from '../../src/plan/types.js';
import { type LossScope, updateLosses } from '../../src/trainers/losses.js';

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine('cpu');
});
afterAll(() => engine.close());

// Two images of two pixels of two channels, whose differences are 1, 3 | 5, 7 and 0, 0 | 0, 8.
test.each([
  ['l1', [1, 1, 1, 1], 3],
  ['l1', [0, 1, 0, 0], 6],
  ['l1', [1, 0, 0, 1], (1 + 3 + 0 + 8) / 4],
  ['l1', [0.5, 0, 0.5, 1], (2 + 0 + 8) / 4],
  ['l2', [0, 1, 0, 0], (25 + 49) / 2],
  ['l1', [0, 0, 0, 0], 0],
])('%s where the mask is %j is %f: the mean inside, and 0 where nothing is', (type, mask, wanted) => {
  const { tf } = engine;
  const values = new Map([
    ['of', tf.tensor([1, 3, 5, 7, 0, 0, 0, 8], [2, 1, 2, 2])],
    ['to', tf.zeros([2, 1, 2, 2])],
    ['where', tf.tensor(mask, [2, 1, 2, 1])],
  ]);
  const operands = Object.fromEntries([...values.keys()].map((name) => [name, { kind: 'name', name }]));
  const loss = {
    name: 'hole',
    config: { type },
    params: {},
    operands,
    scores: 'logits',
  } as unknown as LossPlan;
  const scope = { tf, registry: shippedDefinitions(), values } as unknown as LossScope;
  const due = { update: { name: 'G' } as UpdatePlan, losses: [{ loss, weight: 1 }] };
  const feed = () => {
    throw new Error('Nothing changes from step to step.');
  };
  const { total } = updateLosses(due, feed, scope);
  expect(total.dataSync()[0]).toBeCloseTo(wanted, 5);
});
