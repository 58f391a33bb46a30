import { Command } from 'commander';
import { type DefineCommand, lengthOf, type RecipeFlags, withRecipeFlags } from './common.js';

export const planCommand: DefineCommand = (done) =>
  withRecipeFlags(
    new Command('plan')
      .description(
        'What a recipe would build and cost: layers, shapes, parameters, receptive fields, FLOPs, memory.',
      )
      .argument('<recipe>', 'recipe file')
      .option('--graph <file.svg>', 'also draws the networks and the game'),
  ).action(async (file: string, flags: RecipeFlags & { readonly graph?: string }) => {
    const { shippedDefinitions } = await import('../../definitions.js');
    const { planRecipe } = await import('../../plan/plan.js');
    const { formatPlan } = await import('../../plan/print.js');
    const { loadRecipe } = await import('../../recipe/load.js');
    const registry = shippedDefinitions();
    const length = lengthOf(flags);
    const { recipe, locate } = await loadRecipe(file, {
      registry,
      set: flags.set,
      overrides: { data: flags.data, ...(length === undefined ? {} : { for: length }) },
    });
    const plan = planRecipe(recipe, registry, locate);
    console.log(formatPlan(plan));
    if (flags.graph !== undefined) {
      const { drawPlan } = await import('../../picture/picture.js');
      const { replaceFile } = await import('../../record/files.js');
      await replaceFile(flags.graph, drawPlan(plan));
      console.log(`\ngraph     ${flags.graph}`);
    }
    done(0);
  });
