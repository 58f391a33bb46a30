import { Command } from 'commander';
import { type DefineCommand, lengthOf, type RecipeFlags, withRecipeFlags } from './common.js';

export const planCommand: DefineCommand = (done) =>
  withRecipeFlags(
    new Command('plan')
      .description(
        'What a recipe would build and cost: layers, shapes, parameters, receptive fields, FLOPs, memory.',
      )
      .argument('<recipe>', 'recipe file'),
  ).action(async (file: string, flags: RecipeFlags) => {
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
    console.log(formatPlan(planRecipe(recipe, registry, locate)));
    done(0);
  });
