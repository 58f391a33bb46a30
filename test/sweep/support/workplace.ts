import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { knowHeld } from '../../support/gate.js';

const BASE = `extends: ${resolve('recipes/pix2pix-maps-64.yaml')}
name: tiny
data: { pairs: { type: synthetic-maps, size: 32, augment: { jitter: 36 }, train: 8, val: 2 } }
networks:
  G: { depth: 3, filters: 4 }
  D: { patch: 16, filters: 4 }
train: { for: 6 steps }
sample: { every: 3 steps, count: 2 }
evaluate: { every: 3 steps, metrics: [l1, psnr] }
checkpoint: { every: 2 steps, keep: 2 }
`;

/** A folder with a base recipe that trains in a moment, and ablations of it. @param held by a gate, where there is one */
export function workplace(
  folder: string,
  ablations: Readonly<Record<string, string>>,
  { held = false } = {},
): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'tiny.yaml'), held ? BASE.replace('psnr]', 'psnr, held]') : BASE);
  if (held) knowHeld(folder);
  for (const [name, text] of Object.entries(ablations))
    writeFileSync(join(folder, `${name}.yaml`), `name: ${name}\nbase: ./tiny.yaml\n${text}`);
  return folder;
}

/** Whether a run of a sweep has a checkpoint of a step or of a later one: earlier ones go. */
export const hasSaved = (cwd: string, sweep: string, step: number): boolean =>
  existsSync(join(cwd, 'runs', sweep)) &&
  runsOf(cwd, sweep).some((id) => {
    const folder = join(cwd, 'runs', sweep, id, 'checkpoints');
    return (
      existsSync(folder) && readdirSync(folder).some((name) => Number(name.slice('step-'.length)) >= step)
    );
  });

export const runsOf = (cwd: string, sweep: string): string[] =>
  readdirSync(join(cwd, 'runs', sweep))
    .filter((name) => existsSync(join(cwd, 'runs', sweep, name, 'recipe.yaml')))
    .sort();

/** Weights at the end of each run, by the run. */
export const weightsOf = (cwd: string, sweep: string, step: number): Record<string, string> =>
  Object.fromEntries(
    runsOf(cwd, sweep).map((id) => {
      const file = join(cwd, 'runs', sweep, id, 'checkpoints', `step-${step}`, 'G.safetensors');
      return [id, readFileSync(file).toString('base64')];
    }),
  );

/** Waits as long as a test may take. */
export async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(25);
}

/** Pids of the trials that a process has started. */
export const childrenOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
