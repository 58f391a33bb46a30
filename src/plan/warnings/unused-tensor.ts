import { say } from '../../recipe/messages/codes/index.js';
import type { Warning } from './warning.js';

/** A tensor that nothing uses: it is not computed. */
export const unusedTensor: Warning = {
  inAllPhases: true,
  dependsOn: ['game', 'sample'],

  *find({ recipe, tensors }) {
    const shown = recipe.sample?.show ?? [];
    for (const name of Object.keys(recipe.game.tensors)) {
      if (shown.includes(name) || tensors.some((tensor) => tensor.name === name)) continue;
      yield { message: say('unused-tensor', name), path: ['game', 'tensors', name] };
    }
  },
};
