import type { Site } from '../site.js';
import { heightOf, inset, type Rect, widthOf } from '../layout.js';
import { GRASS, MEADOW, PATH, PITCH, PITCH_LINE, POND } from '../materials.js';

/** Grass with groves, paths, and a pond or a pitch. */
export function fillPark(rect: Rect, site: Site): void {
  const { layout, random } = site;
  layout.fill(inset(rect, -0.006), random.uniform() < 0.6 ? GRASS : MEADOW);
  const roomy = Math.min(widthOf(rect), heightOf(rect)) > 0.07;
  const kind = roomy ? random.uniform() : 1;
  const middle = inset(rect, 0.22 * Math.min(widthOf(rect), heightOf(rect)));
  if (kind < 0.8) layPaths(rect, site);
  if (kind < 0.35) layout.fillRound(middle, POND);
  else if (kind < 0.6) layPitch(middle, site);
  plantGroves(rect, kind < 0.6 ? middle : undefined, site);
}

/** Around the park, and across it. */
function layPaths(rect: Rect, { layout, random }: Site): void {
  const wide = 0.0045;
  const loop = inset(rect, 0.012);
  const { left, top, right, bottom } = loop;
  layout.fill({ left, right, top, bottom: top + wide }, PATH);
  layout.fill({ left, right, top: bottom - wide, bottom }, PATH);
  layout.fill({ left, right: left + wide, top, bottom }, PATH);
  layout.fill({ left: right - wide, right, top, bottom }, PATH);
  const x = left + (right - left) * (0.3 + 0.4 * random.uniform());
  layout.fill({ left: x, right: x + wide, top: rect.top, bottom: rect.bottom }, PATH);
}

function layPitch(rect: Rect, { layout }: Site): void {
  const line = 0.0018;
  layout.fill(rect, PITCH);
  if (!layout.shows(line)) return;
  layout.fill(rect, PITCH_LINE);
  layout.fill(inset(rect, line), PITCH);
  const upright = heightOf(rect) > widthOf(rect);
  const [x, y] = [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2];
  const halfway = upright ? { ...rect, top: y, bottom: y + line } : { ...rect, left: x, right: x + line };
  layout.fill(halfway, PITCH_LINE);
}

/** Trees in clusters, none on `open`. */
function plantGroves(rect: Rect, open: Rect | undefined, { layout, random, isDry }: Site): void {
  const area = widthOf(rect) * heightOf(rect);
  for (let groves = 2 + Math.floor(area * 260); groves > 0; groves--) {
    const x = rect.left + random.uniform() * widthOf(rect);
    const y = rect.top + random.uniform() * heightOf(rect);
    const spread = 0.012 + 0.03 * random.uniform();
    const brightness = 78 + random.integer(40);
    for (let n = 3 + random.integer(7); n > 0; n--) {
      const [tx, ty] = [x + spread * (random.uniform() * 2 - 1), y + spread * (random.uniform() * 2 - 1)];
      const inside = tx > rect.left && tx < rect.right && ty > rect.top && ty < rect.bottom;
      const onOpen = open && tx > open.left && tx < open.right && ty > open.top && ty < open.bottom;
      if (!inside || onOpen || !isDry({ left: tx, right: tx, top: ty, bottom: ty })) continue;
      layout.plant(tx, ty, 0.006 + 0.006 * random.uniform(), brightness + random.integer(25));
    }
  }
}
