import { say } from '../../recipe/messages/codes/index.js';
import type { Warning } from './warning.js';

/** From here on a running mean still pushes to where the opponent was ten steps ago. */
const HIGH = 0.9;

/** Updates with the same momentum. */
interface Player {
  readonly updates: readonly string[];
  readonly key: string;
  readonly share: number;
  readonly type: string;
}

/** Players of a game against another network, with the momentum that suits a loss standing still. */
export const highMomentum: Warning = {
  *find({ updates }, registry) {
    const players = new Map<string, Player>();
    for (const [name, update] of Object.entries(updates)) {
      const { type, ...config } = update.optimizer;
      const plays = update.losses.some(
        ({ config: loss }) => loss.weight !== 0 && registry.get('loss', loss.type).operands === 'scores',
      );
      const key = registry.find('optimizer', type)?.momentum;
      const share = key === undefined ? undefined : config[key];
      if (!plays || key === undefined || typeof share !== 'number' || share < HIGH) continue;
      const momentum = JSON.stringify([key, share, type]);
      const { updates: others = [] } = players.get(momentum) ?? {};
      players.set(momentum, { updates: [...others, name], key, share, type });
    }
    for (const { updates: names, key, share, type } of players.values())
      yield {
        said: say('high-momentum', names, key, share, type),
        path: ['game', 'updates', names[0]!, 'optimizer', key],
      };
  },
};
