import { say } from '../../recipe/messages/codes/index.js';
import type { Warning } from './warning.js';

/** From this share on, gradients of ten steps ago still have a third of their weight. */
const MIN_HIGH_MOMENTUM = 0.9;

/** Updates with the same momentum. */
interface MomentumGroup {
  readonly updates: readonly string[];
  readonly key: string;
  readonly share: number;
  readonly type: string;
}

/** Networks that train against another one with a momentum that suits a loss that does not change. */
export const highMomentum: Warning = {
  *find({ updates }, registry) {
    const groups = new Map<string, MomentumGroup>();
    for (const [name, update] of Object.entries(updates)) {
      const { type, ...config } = update.optimizer;
      const plays = update.losses.some(
        ({ config: loss }) => loss.weight !== 0 && registry.get('loss', loss.type).operands === 'scores',
      );
      const key = registry.find('optimizer', type)?.momentum;
      const share = key === undefined ? undefined : config[key];
      if (!plays || key === undefined || typeof share !== 'number' || share < MIN_HIGH_MOMENTUM) continue;
      const momentum = JSON.stringify([key, share, type]);
      const { updates: others = [] } = groups.get(momentum) ?? {};
      groups.set(momentum, { updates: [...others, name], key, share, type });
    }
    for (const { updates: names, key, share, type } of groups.values())
      yield {
        message: say('high-momentum', names, key, share, type),
        path: ['game', 'updates', names[0]!, 'optimizer', key],
      };
  },
};
