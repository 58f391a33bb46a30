// A plugin: a metric that measures nothing, by which a test holds trainings at their first evaluation. See gate.ts.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineSetMetric, Type } from 'gan-recipes';

const closed = () => existsSync(process.env.GAN_TEST_GATE ?? '');

export const held = defineSetMetric({
  type: 'held',
  summary: 'Nothing; takes until a gate is open.',
  better: 'lower',
  unit: 'none',
  params: Type.Object({}, { additionalProperties: false }),
  example: { type: 'held' },
  build: async () => ({
    async add() {
      while (closed()) await sleep(10);
    },
    value: () => 0,
    close: () => Promise.resolve(),
  }),
});
