import { Command } from 'commander';
import { shippedDefinitions } from '../../definitions.js';
import { planRecipe } from '../../plan/plan.js';
import { formatPlan } from '../../plan/print.js';
import { loadRecipe } from '../../recipe/load.js';
import { type DefineCommand, lengthOf, type RecipeFlags, withRecipeFlags } from './common.js';

export const planCommand: DefineCommand = (done) =>
  withRecipeFlags(
    new Command('plan')
      .description(
        'What a recipe would build and cost: layers, shapes, parameters, receptive fields, FLOPs, memory.',
      )
      .argument('<recipe>', 'recipe file'),
  ).action(async (file: string, flags: RecipeFlags) => {
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
