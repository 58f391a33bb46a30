import { Option } from 'commander';
import { GanCommand } from '../command.js';
import { UserError } from '../../core/errors.js';
import { type DefineCommand, lengthOf, type RecipeFlags, withRecipeFlags } from './common.js';

interface ExplainFlags extends RecipeFlags {
  readonly expand?: true;
  readonly format: 'text' | 'json';
}

export const explainCommand: DefineCommand = (done) =>
  withRecipeFlags(
    new GanCommand('explain')
      .description(
        'Prints a recipe with every value written out and its origin: a line of a file, a flag, a default.',
      )
      .argument('<recipe>', 'recipe file')
      .argument('[path]', 'only this part: networks.D, game.updates.G.losses.l1.weight, networks.*.norm')
      .option('--expand', 'prints the recipe with each network layer by layer instead')
      .addOption(
        new Option('--format <name>', 'how it is written').choices(['text', 'json']).default('text'),
      ),
  ).action(async (file: string, part: string | undefined, flags: ExplainFlags) => {
    const { knownDefinitions } = await import('../known-definitions.js');
    const { analyseRecipe } = await import('../../recipe/node.js');
    const { examine } = await import('../../plan/index.js');
    const registry = await knownDefinitions();
    const length = lengthOf(flags);
    const read = await analyseRecipe(file, {
      registry,
      set: flags.set,
      overrides: { data: flags.data, ...(length === undefined ? {} : { for: length }) },
      examine,
    });
    if (flags.expand && part !== undefined)
      throw new UserError('--expand prints a whole recipe.', { exitCode: 2, remedy: `Leave ${part} out.` });
    const { formatExplained } = await import('../explain.js');
    const json = (value: unknown): string => JSON.stringify(value, undefined, 2);
    if (flags.expand) {
      const { freezeRecipe } = await import('../../recipe/node.js');
      const { expandRecipe } = await import('../../plan/index.js');
      const { lookAtData } = await import('../../data/node.js');
      const { resolveFromData } = await import('../../recipe/index.js');
      const { loadSettings } = await import('../settings.js');
      const loaded = freezeRecipe(read);
      const folders = { recipeFolder: loaded.folder, dataFolder: (await loadSettings({})).data };
      // Classes that only the data knows decide about shapes.
      const facts = await lookAtData(loaded.recipe, { registry, ...folders, whereThere: true });
      const { recipe, lines } = expandRecipe(resolveFromData(loaded, facts), registry);
      console.log(flags.format === 'json' ? json(recipe) : formatExplained(lines));
    } else {
      const { explainRecipe } = await import('../../recipe/explain/index.js');
      const { name, values, types, lines } = explainRecipe(read, part);
      console.log(flags.format === 'json' ? json({ recipe: name, values, types }) : formatExplained(lines));
    }
    done(0);
  });
