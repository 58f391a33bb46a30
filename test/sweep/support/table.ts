import type { RunRecord } from '../../../src/reports/sweep/gather.js';
import type { Sweep } from '../../../src/sweep/sweep.js';

const axisOf = (name: string, levels: string) => ({ name, levels: levels.split(' ') });
const common = { version: 1 as const, key: 'k', name: 'cross', file: '/c.yaml', recipeFolder: '/', runs: [] };
const values = { L1: { '16': [0.5], '70': [0.25] } };
const published = { source: 'A', data: 'maps', metrics: ['IoU'], values };
const flat = { source: 'B', data: 'x', metrics: ['IoU', 'FID'], values: { 'a|b': [0.5, 7] } };

/** Two losses by two patches with two seeds; `a|b` is a level's name, which tables have to escape. */
export const sweep: Sweep = {
  ...common,
  summary: String.raw`50 % of L_1 & ~^\{}$#’`,
  axes: [axisOf('loss', 'a|b L1'), axisOf('patch', '16 70'), axisOf('seed', '1 2')],
  report: { metrics: ['m', 'n'], rows: 'loss', columns: 'patch', average: 'seed', published: [published] },
  better: { m: 'lower', n: 'higher' },
};
/** The same, of the loss alone. */
export const plain: Sweep = {
  ...sweep,
  axes: [sweep.axes[0]!, sweep.axes[2]!],
  report: { metrics: ['m'], rows: 'loss', average: 'seed', published: [flat] },
};

/** @param levels of loss, patch and seed: `a|b 16 1; ...` @param values of m and n; none: failed when it had reached some. */
export function record(index: number, levels: string, values?: readonly number[], more = {}): RunRecord {
  const [m, n] = values ?? [1, 1];
  const metrics = { ...(m !== undefined && { m }), ...(n !== undefined && { n }) };
  const cells = levels.split('; ').map((text) => {
    const [loss, patch, seed] = text.split(' ') as [string, string, string];
    return { loss, patch, seed };
  });
  const path = `/c/r ${index}`;
  const nothing = { evaluations: [], versions: {}, machine: {}, data: {}, params: {}, outputs: [] };
  const done = { status: 'done' as const, path, step: 1200, metrics };
  const state = values ? done : { status: 'failed' as const, path, reason: 'a "b"', metrics };
  const run = { index, id: `r${index}`, hash: '', cells };
  return { run, state, stepMs: values ? 61_600 : 0, ...nothing, ...more };
}
