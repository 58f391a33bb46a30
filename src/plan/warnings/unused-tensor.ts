import { say } from '../../recipe/messages/codes/index.js';
import type { Warning } from './warning.js';

/** A tensor that nobody asks for: it is not even computed. */
export const unusedTensor: Warning = {
  inAllPhases: true,
  restsOn: ['game', 'sample'],

  *find({ recipe, tensors }) {
    const shown = recipe.sample?.show ?? [];
    for (const name of Object.keys(recipe.game.tensors)) {
      if (shown.includes(name) || tensors.some((tensor) => tensor.name === name)) continue;
      yield { said: say('unused-tensor', name), path: ['game', 'tensors', name] };
    }
  },
};
