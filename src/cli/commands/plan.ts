import { GanCommand } from '../command.js';
import { UserError } from '../../core/errors.js';
import type { PhasePlan } from '../../plan/index.js';
import type { Registry } from '../../registry/index.js';
import {
  type DefineCommand,
  lengthOf,
  type RecipeFlags,
  type SettingFlags,
  settingFlags,
  withRecipeFlags,
  withSettingFlags,
} from './common.js';

interface PlanFlags extends RecipeFlags, SettingFlags {
  readonly graph?: string;
  readonly measure?: true;
}

export const planCommand: DefineCommand = (done) =>
  withSettingFlags(
    withRecipeFlags(
      new GanCommand('plan')
        .description(
          'Shows what a recipe builds and costs: layers, shapes, parameters, receptive fields, data, FLOPs, memory, disk, time.',
        )
        .argument('<recipe>', 'recipe, or ablation: its trials')
        .option('--measure', 'times a few steps to estimate how long a run takes here')
        .option('--graph <file.svg>', 'also draws the networks and the game'),
    ),
  ).action(async (file: string, flags: PlanFlags) => {
    const { knownDefinitions } = await import('../known-definitions.js');
    const { isAblation } = await import('../../recipe/ablation/node.js');
    await (isAblation(file) ? planAblation : planRecipe)(file, flags, await knownDefinitions());
    done(0);
  });

async function planRecipe(file: string, flags: PlanFlags, registry: Registry): Promise<void> {
  const { examine, formatPhases, planPhases, warningsOf } = await import('../../plan/index.js');
  const { byPlace, formatDiagnostic } = await import('../../recipe/messages/findings.js');
  const { loadRecipe } = await import('../../recipe/node.js');
  const { resolveFromData } = await import('../../recipe/index.js');
  const { lookAtData } = await import('../../data/node.js');
  const { loadSettings } = await import('../settings.js');
  if (flags.graph !== undefined && !/\.svg$/i.test(flags.graph))
    throw new UserError(`--graph draws SVG, and the name ${flags.graph} ends otherwise.`, {
      exitCode: 2,
      remedy: 'Name a file that ends in .svg; browsers and drawing programs make PNG or PDF of it.',
    });
  const length = lengthOf(flags);
  const loaded = await loadRecipe(file, {
    registry,
    set: flags.set,
    overrides: { data: flags.data, ...(length === undefined ? {} : { for: length }) },
    examine,
  });
  const settings = await loadSettings(settingFlags(flags));
  const folders = { recipeFolder: loaded.folder, dataFolder: settings.data };
  const facts = await lookAtData(loaded.recipe, { registry, ...folders, whereThere: true });
  const phases = planPhases(resolveFromData(loaded, facts), registry);
  const planWarnings = warningsOf(phases, loaded.phases, registry);
  for (const warning of byPlace([...loaded.warnings, ...planWarnings]))
    console.error(`${formatDiagnostic(warning)}\n`);
  console.log(formatPhases(phases));
  const { requestOf } = await import('./run.js');
  const { describeRun } = await import('../plan-run.js');
  const options = { phases, recipeFolder: loaded.folder, registry, measure: flags.measure ?? false };
  console.log(`\n${await describeRun({ ...options, settings: requestOf(settings) })}`);
  if (flags.graph !== undefined) await writePictures(phases, flags.graph);
}

/** One phase into the file itself, each of several into a file with its name. */
async function writePictures(phases: readonly PhasePlan[], file: string): Promise<void> {
  const { outline } = await import('../../core/node/caption.js');
  const { drawPhases } = await import('../../plan/drawing/index.js');
  const { writeRequestedFile } = await import('../../record/index.js');
  const drawn = drawPhases(phases, file, outline);
  for (const [path, svg] of drawn) await writeRequestedFile(path, svg);
  console.log(`\ngraph     ${drawn.map(([path]) => path).join(', ')}`);
}

async function planAblation(file: string, flags: PlanFlags, registry: Registry): Promise<void> {
  if (
    flags.set.length + flags.data.length > 0 ||
    (flags.graph ?? flags.measure ?? lengthOf(flags)) !== undefined
  ) {
    throw new UserError(
      '--set, --data, --steps, --epochs, --measure and --graph are for recipes, and this is an ablation.',
      {
        exitCode: 2,
        remedy: 'Change its base, or plan a recipe.',
      },
    );
  }
  const { formatTrials, planningErrors, planTrials } = await import('../../plan/index.js');
  const { loadAblation } = await import('../../recipe/ablation/node.js');
  const ablation = await loadAblation(file, { registry, examine: planningErrors });
  console.log(formatTrials(ablation, planTrials(ablation, registry)));
}
