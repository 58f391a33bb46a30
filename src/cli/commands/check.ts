import { Command } from 'commander';
import pc from 'picocolors';
import { UserError } from '../../core/errors.js';
import { formatDiagnostics } from '../../recipe/diagnostics.js';
import { printError } from '../errors.js';
import type { DefineCommand } from './common.js';

export const checkCommand: DefineCommand = (done) =>
  new Command('check')
    .description('Checks recipes without training: every error at once, with its place.')
    .argument('<files...>', 'recipe files')
    .action(async (files: readonly string[]) => {
      const { shippedDefinitions } = await import('../../definitions.js');
      const { planRecipe } = await import('../../plan/plan.js');
      const { loadRecipe } = await import('../../recipe/load.js');
      const registry = shippedDefinitions();
      let wrong = 0;
      for (const file of files) {
        try {
          const { recipe, warnings, locate } = await loadRecipe(file, { registry });
          planRecipe(recipe, registry, locate);
          if (warnings.length > 0) console.log(formatDiagnostics(warnings));
          console.log(`${pc.green('ok')} ${file}`);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          wrong += 1;
          printError(error);
        }
      }
      done(wrong > 0 ? 2 : 0);
    });
