import { formatFlops, type PhasePlan } from '../plan/index.js';
import { statfs } from 'node:fs/promises';
import { relative } from 'node:path';
import prettyBytes from 'pretty-bytes';
import { UserError } from '../core/errors.js';
import type { Course } from '../core/course.js';
import { parseDuration } from '../core/duration.js';
import type { Data } from '../data/index.js';
import type { Registry } from '../registry/index.js';
import {
  checkpointsKept,
  courseOf,
  type Duration,
  knownDuration,
  type KnownRate,
  measureSteps,
  type PhaseStretch,
} from '../runs/duration/index.js';
import { openDataThread } from '../runs/data/index.js';
import { diskText, durationText } from './cost.js';
import type { requestOf } from './commands/run.js';

interface PlanRunOptions {
  readonly phases: readonly PhasePlan[];
  readonly recipeFolder: string;
  readonly registry: Registry;
  readonly settings: ReturnType<typeof requestOf>;
  /** Whether steps are timed now. */
  readonly measure: boolean;
}

/** Examples by split, or why there are none to be seen. */
type Found = Pick<Data, 'sources' | 'stepsPerEpoch'> | UserError;

/** What a run of the recipe would see and take: data, steps, disk and time, as far as they can be known. */
export async function describeRun(options: PlanRunOptions): Promise<string> {
  const { phases, settings } = options;
  const found = await countData(options);
  const rates = options.measure ? await measurePhases(options) : undefined;
  const course = courseIfKnown(phases, found);
  const { recipe, cost } = phases[0]!.plan;
  const lines: [string, string][] = [
    ...describeData(found, recipe.data),
    ['steps', stepsText(phases, course)],
    ['disk', await diskLine(phases, course)],
  ];
  if (course) {
    const duration = rates ? measuredDuration(course, rates) : await knownDuration(course, 0, settings);
    lines.push(['time', timeText(duration, course.steps)]);
  } else {
    const [rate] = rates ?? [];
    lines.push(['time', rate ? `${rate.seconds.toPrecision(3)} s a step, as just measured` : UNKNOWN]);
  }
  lines.push([
    'computed',
    `${settings.engine}, ${settings.threads} threads; ${formatFlops(cost.flopsPerStep)} a step`,
  ]);
  const width = Math.max(...lines.map(([name]) => name.length));
  return `Run\n${lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n')}`;
}

const UNKNOWN = 'not known yet: --measure times a few steps, and a run is remembered';

const timeText = (duration: Duration | undefined, steps: number): string =>
  duration ? durationText(duration, steps) : UNKNOWN;

async function countData({ phases, recipeFolder, settings }: PlanRunOptions): Promise<Found> {
  const { data: sources, train } = phases[0]!.plan.recipe;
  try {
    const data = await openDataThread({
      ...settings.loading,
      plugins: settings.plugins,
      sources,
      seed: train.seed,
      batch: train.batch,
      recipeFolder,
      warn: (text) => void process.stderr.write(`warning ${text}\n`),
    });
    const found = { sources: data.sources, stepsPerEpoch: data.stepsPerEpoch };
    await data.close();
    return found;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function describeData(found: Found, sources: object): [string, string][] {
  if (found instanceof UserError) {
    const [remedy = ''] = (found.remedy ?? '').split('\n');
    return [[`data ${Object.keys(sources).join(', ')}`, `${found.message} ${remedy}`.trimEnd()]];
  }
  return Object.entries(found.sources).map(([name, { type, folder, counts }]) => {
    const splits = Object.entries(counts).map(([split, count]) => `${count.toLocaleString('en')} ${split}`);
    const where = folder === undefined ? '' : ` in ${relative('', folder) || '.'}`;
    return [`data ${name}`, `${splits.join(', ')} (${type}${where})`];
  });
}

/** Without data, lengths in steps are known all the same. */
function courseIfKnown(phases: readonly PhasePlan[], found: Found): Course<PhaseStretch> | undefined {
  if (!(found instanceof UserError)) return courseOf(phases, found);
  const inSteps = phases.every((phase) => parseDuration(phase.for)?.unit === 'steps');
  return inSteps ? courseOf(phases, { sources: {}, stepsPerEpoch: 1 }) : undefined;
}

function stepsText(phases: readonly PhasePlan[], course: Course<PhaseStretch> | undefined): string {
  const length = phases
    .map((phase) => (phases.length === 1 ? phase.for : `${phase.id}: ${phase.for}`))
    .join(', ');
  const batches = [...new Set(phases.map(({ plan }) => plan.recipe.train.batch))].join(', ');
  if (!course) return `${length}, of batches of ${batches}; an epoch is as long as the data`;
  const sum = course.steps.toLocaleString('en');
  const inSteps = phases.length === 1 && parseDuration(phases[0]!.for)?.unit === 'steps';
  return `${sum}${inSteps ? '' : ` (${length})`}, of batches of ${batches}`;
}

async function diskLine(phases: readonly PhasePlan[], course: Course | undefined): Promise<string> {
  const { plan } = phases[0]!;
  const { keep } = plan.recipe.checkpoint;
  const { bavail, bsize } = await statfs('.');
  const free = `; ${prettyBytes(bavail * bsize)} are free here`;
  if (course) return `${diskText(plan, checkpointsKept(plan.recipe.checkpoint, course))}${free}`;
  if (keep === 'all')
    return `a checkpoint of ${prettyBytes(plan.cost.checkpointBytes)} per ${plan.recipe.checkpoint.every}, all kept${free}`;
  return `at most ${diskText(plan, keep)}${free}`;
}

/** Of each phase, one engine after the other: they share no variables. */
async function measurePhases({ phases, settings, registry }: PlanRunOptions): Promise<readonly KnownRate[]> {
  const rates: KnownRate[] = [];
  for (const { plan } of phases) rates.push(await measureSteps(plan, settings, registry));
  return rates;
}

function measuredDuration({ stretches }: Course<PhaseStretch>, rates: readonly KnownRate[]): Duration {
  const seconds = stretches.reduce((sum, { from, to }, i) => sum + (to - from) * rates[i]!.seconds, 0);
  return { seconds, known: { time: Date.now() } };
}
