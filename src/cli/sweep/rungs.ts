import { paint } from '../../core/node/paint.js';
import { cellText, type Rung, type Sweep } from '../../sweep/index.js';

/** `rung    500 steps: 2 of 4 go on: patch=16 (59.3), patch=34 (60.1)` */
export function describeRung({ after, groups, kept }: Rung): string {
  const name = `${paint.bold('rung')} ${after}`;
  if (kept === undefined) {
    const there = groups.filter(({ score }) => score !== undefined).length;
    return `${name}: ${there} of ${groups.length} have come`;
  }
  const best = groups
    .slice(0, kept)
    .map(({ cell, score }) => `${cellText(cell)} (${score!.toPrecision(4)})`)
    .join('; ');
  return `${name}: ${kept} of ${groups.length} ${kept === 1 ? 'goes' : 'go'} on${best === '' ? '' : `: ${best}`}`;
}

/** A search in one line; undefined where every combination runs. */
export function describeSearch({ search }: Pick<Sweep, 'search'>): string | undefined {
  if (!search || search.type === 'grid') return undefined;
  const drawn =
    search.budget === undefined ? '' : `${search.budget} combinations drawn with seed ${search.seed}`;
  if (search.type !== 'halving') return drawn;
  const share = `the best ${Number((100 * search.keep).toPrecision(3))} % by ${search.metric} go on`;
  return `halving: ${drawn === '' ? '' : `${drawn}; `}after ${search.rungs.join(', ')} ${share}; one that is left trains to its end`;
}
