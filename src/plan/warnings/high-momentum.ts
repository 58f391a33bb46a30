import type { UpdatePlan } from '../types.js';
import type { Warning } from './warning.js';

/** From here on a running mean still pushes to where the opponent was ten steps ago. */
const HIGH = 0.9;

/** Players of a game against another network, with the momentum that suits a loss standing still. */
export const highMomentum: Warning = {
  code: 'high-momentum',

  *find({ updates }, registry) {
    const players = new Map<string, UpdatePlan[]>();
    for (const update of Object.values(updates)) {
      const { type, ...config } = update.optimizer;
      const plays = update.losses.some(
        ({ config: loss }) => loss.weight !== 0 && registry.get('loss', loss.type).operands === 'scores',
      );
      const key = registry.find('optimizer', type)?.momentum;
      const share = key === undefined ? undefined : config[key];
      if (!plays || key === undefined || typeof share !== 'number' || share < HIGH) continue;
      const had = `${key} ${share} of ${type}`;
      players.set(had, [...(players.get(had) ?? []), update]);
    }
    for (const [had, list] of players) {
      const key = had.split(' ')[0]!;
      const names = list.map(({ name }) => name).join(' and ');
      const [play, opponents] = list.length === 1 ? ['plays', 'another network'] : ['play', 'other networks'];
      yield {
        message: `${names} ${play} against ${opponents} with ${had}: gradients from ten steps ago still count, although the opponent has changed since.`,
        remedy: `Most GANs train more stably with ${key}: 0.5 (DCGAN, pix2pix) or 0 (WGAN-GP); keep it if the paper that you follow uses it.`,
        path: ['game', 'updates', list[0]!.name, 'optimizer', key],
      };
    }
  },
};
