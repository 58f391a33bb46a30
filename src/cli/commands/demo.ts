import { join } from 'node:path';
import { GanCommand } from '../command.js';
import { paint } from '../../core/node/paint.js';
import { packageFolder } from '../../core/node/package.js';
import type { Settings } from '../settings.js';
import { type DefineCommand, type SettingFlags, settingFlags, withSettingFlags } from './common.js';
import { requestOf } from './run.js';

/** Length of the training. */
const TRAINING_SECONDS = 120;
const MIN_STEPS = 40;
const MAX_STEPS = 1000;

const RECIPE = join(packageFolder, 'recipes', 'pix2pix-maps.yaml');

export const demoCommand: DefineCommand = (done) =>
  withSettingFlags(
    new GanCommand('demo').description(
      'Trains the reference recipe for about two minutes on built-in synthetic maps: aerial photograph to street map.',
    ),
  ).action(async (flags: SettingFlags) => {
    const { loadSettings } = await import('../settings.js');
    const { watchRun } = await import('../watch-run.js');
    const settings = await loadSettings(settingFlags(flags));
    const steps = await affordableSteps(settings);
    console.log(
      [
        paint.bold('pix2pix (Isola et al. 2017) learns to draw street maps from aerial photographs.'),
        `It trains ${steps} steps of the full-size recipe, about two minutes here, on maps that this program draws itself;`,
        'then it draws maps of places it has not seen, and says where the pictures are. Ctrl-C stops and saves.',
        '',
      ].join('\n'),
    );
    done(
      await watchRun({
        recipe: RECIPE,
        set: [
          'name=demo',
          `sample={ every: ${Math.max(1, Math.floor(steps / 4))} steps, split: val, count: 4 }`,
          `evaluate.every=${steps} steps`,
          `checkpoint.every=${steps} steps`,
          'data.pairs.train=400',
          'data.pairs.val=16',
        ],
        data: ['synthetic'],
        length: `${steps} steps`,
        ...requestOf(settings),
      }),
    );
  });

/** Steps that fit into the demo on this machine, from the engine's measured rate. */
async function affordableSteps({ engine: name, threads, device }: Settings): Promise<number> {
  const { shippedDefinitions } = await import('../../definitions.js');
  const { measureRate, openEngine } = await import('../../engine/index.js');
  const { planRecipe } = await import('../../plan/index.js');
  const { loadRecipe } = await import('../../recipe/node.js');
  const { estimateStepSeconds } = await import('../../runs/duration/index.js');
  const registry = shippedDefinitions();
  const plan = planRecipe(
    (await loadRecipe(RECIPE, { registry, set: [], overrides: { data: ['synthetic'] } })).recipe,
    registry,
  );
  const engine = await openEngine(name, { threads, device });
  try {
    const steps = TRAINING_SECONDS / estimateStepSeconds(plan, await measureRate(engine));
    const round = Math.max(MIN_STEPS, Math.min(MAX_STEPS, steps));
    return Math.round(round / 20) * 20;
  } finally {
    engine.close();
  }
}
