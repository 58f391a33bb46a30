import type { Warning } from './warning.js';

/** A tensor that nobody asks for: it is not even computed. */
export const unusedTensor: Warning = {
  code: 'unused-tensor',
  inAllPhases: true,
  restsOn: ['game', 'sample'],

  *find({ recipe, tensors }) {
    const shown = recipe.sample?.show ?? [];
    for (const name of Object.keys(recipe.game.tensors)) {
      if (shown.includes(name) || tensors.some((tensor) => tensor.name === name)) continue;
      yield {
        message: `The tensor ${name} is not computed: no played loss, no output and no sample needs it.`,
        remedy: 'Remove it, or use it in a loss.',
        path: ['game', 'tensors', name],
      };
    }
  },
};
