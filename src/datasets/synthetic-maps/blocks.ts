import type { Random } from '../../core/random.js';
import { fillHalls } from './blocks/halls.js';
import { fillHouses } from './blocks/houses.js';
import { fillOldTown } from './blocks/old-town.js';
import { fillPark } from './blocks/park.js';
import { fillTowers } from './blocks/towers.js';
import { heightOf, inset, type Rect, widthOf } from './layout.js';
import { SIDEWALK } from './materials.js';
import type { Site } from './site.js';
import type { Block } from './streets.js';

export type FillBlock = (rect: Rect, site: Site) => void;

/** Kinds of quarter by how common they are. */
const QUARTERS: readonly { readonly fill: FillBlock; readonly weight: number; readonly parks: number }[] = [
  { fill: fillHouses, weight: 5, parks: 0.1 },
  { fill: fillOldTown, weight: 3, parks: 0.12 },
  { fill: fillTowers, weight: 2, parks: 0.14 },
  { fill: fillHalls, weight: 1.6, parks: 0.04 },
];

/** Builds up every block: its quarter's way, or as a park. */
export function fillBlocks(blocks: readonly Block[], site: Site): void {
  const { random, layout } = site;
  const quarters = new Map<number, (typeof QUARTERS)[number]>();
  for (const { rect, quarter } of blocks) {
    const kind = quarters.get(quarter) ?? pick(random);
    quarters.set(quarter, kind);
    layout.fill(rect, SIDEWALK);
    const inner = inset(rect, 0.006);
    if (Math.min(widthOf(inner), heightOf(inner)) < 0.02) continue;
    const fill = random.uniform() < kind.parks ? fillPark : kind.fill;
    fill(inner, site);
  }
}

function pick(random: Random): (typeof QUARTERS)[number] {
  const total = QUARTERS.reduce((sum, { weight }) => sum + weight, 0);
  let left = random.uniform() * total;
  return QUARTERS.find(({ weight }) => (left -= weight) < 0) ?? QUARTERS[0]!;
}
