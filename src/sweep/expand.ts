import { readFile } from 'node:fs/promises';
import { planningErrors, planTrials, type TrialPlan } from '../plan/index.js';
import type { LoadedAblation } from '../recipe/ablation/index.js';
import { loadAblation } from '../recipe/ablation/node.js';
import type { LoadOptions } from '../recipe/node.js';
import type { Sweep, SweepRun } from './sweep.js';

export interface Expanded {
  readonly ablation: LoadedAblation;
  /** As written. */
  readonly text: string;
  readonly sweep: Omit<Sweep, 'version' | 'key'>;
  /** By the run's id. */
  readonly plans: Readonly<Record<string, TrialPlan>>;
  /** By the run's id: its recipe with everything written out. */
  readonly recipes: Readonly<Record<string, string>>;
}

/**
 * Every run that an ablation amounts to, each checked and planned as a recipe.
 * @throws UserError (exit code 2) with every finding of every trial at once.
 */
export async function expandAblation(file: string, options: LoadOptions): Promise<Expanded> {
  const ablation = await loadAblation(file, { ...options, examine: planningErrors });
  const planned = planTrials(ablation, options.registry);
  const runs = planned.map((plan, index) => ({ ...describe(plan, index), plan }));
  const { name, summary, axes, report, search } = ablation;
  const compared = search.type === 'halving' ? [...report.metrics, search.metric] : report.metrics;
  return {
    ablation,
    text: await readFile(ablation.file, 'utf8'),
    sweep: {
      name,
      ...(summary === undefined ? {} : { summary }),
      file: ablation.file,
      recipeFolder: planned[0]!.trials[0]!.recipe.folder,
      axes: axes.map(({ name: axis, levels }) => ({ name: axis, levels: [...levels] })),
      search: structuredClone(search) as NonNullable<Sweep['search']>,
      report: structuredClone(report) as Sweep['report'],
      better: Object.fromEntries(
        compared.map((metric) => [metric, options.registry.get('metric', metric.split('/').at(-1)!).better]),
      ),
      runs: runs.map(({ plan: _, ...run }) => run),
    },
    plans: Object.fromEntries(runs.map(({ id, plan }) => [id, plan])),
    recipes: Object.fromEntries(runs.map((run) => [run.id, recipeText(name, run, run.plan)])),
  };
}

function describe({ trials }: TrialPlan, index: number): SweepRun {
  const [{ hash, cells }] = trials as [TrialPlan['trials'][number]];
  return { index, id: idOf(cells, hash), hash, cells: trials.map((trial) => ({ ...trial.cells })) };
}

const MAX_SLUG_CHARS = 60;

/** `L1-cGAN_seed-1-3fa2b1c8d0`: the cell for people, the end of it for finding the same experiment again. */
function idOf(cells: Readonly<Record<string, string>>, hash: string): string {
  const parts = Object.entries(cells).map(([axis, level]) =>
    /^[A-Za-z]/.test(level) ? level : `${axis}-${level}`,
  );
  const slug = parts
    .join('_')
    .replace(/[^A-Za-z0-9_.]+/g, '-')
    .replace(/^[^A-Za-z0-9]+|-+$/g, '')
    .slice(0, MAX_SLUG_CHARS);
  return `${slug}-${hash.slice(0, 10)}`;
}

/** The digits of a run's id that stand for its experiment, whatever its cell is called. */
export const experimentOf = (id: string): string => id.slice(-10);

function recipeText(name: string, { cells }: SweepRun, { trials }: TrialPlan): string {
  const where = cells.map((cell) => `# ${cellText(cell)}\n`).join('');
  return `# A trial of the ablation ${name}, with everything written out:\n${where}${trials[0]!.recipe.resolvedYaml}`;
}

/** `loss=L1, seed=2` */
export const cellText = (cell: Readonly<Record<string, string>>): string =>
  Object.entries(cell)
    .map(([axis, level]) => `${axis}=${level}`)
    .join(', ');
