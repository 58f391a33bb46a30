import { say } from '../../recipe/messages/codes/index.js';
import type { Warning } from './warning.js';

/** From this share on, gradients of ten steps ago still have a third of their weight. */
const MIN_HIGH_MOMENTUM = 0.9;

/** Networks that train against another one with a momentum that suits a loss that does not change. */
export const highMomentum: Warning = {
  *find({ updates }, registry) {
    const groups = new Map<string, string[]>();
    for (const [name, update] of Object.entries(updates)) {
      const { type, ...config } = update.optimizer;
      const plays = update.losses.some(
        ({ config: loss }) => loss.weight !== 0 && registry.get('loss', loss.type).operands === 'scores',
      );
      const key = registry.find('optimizer', type)?.momentum;
      const share = key === undefined ? undefined : config[key];
      if (!plays || key === undefined || typeof share !== 'number' || share < MIN_HIGH_MOMENTUM) continue;
      const momentum = `${key} ${share} of ${type}`;
      groups.set(momentum, [...(groups.get(momentum) ?? []), name]);
    }
    for (const [momentum, names] of groups) {
      const key = momentum.split(' ')[0]!;
      yield {
        message: say('high-momentum', names, momentum, key),
        path: ['game', 'updates', names[0]!, 'optimizer', key],
      };
    }
  },
};
