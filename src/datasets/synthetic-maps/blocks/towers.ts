import type { Site } from '../site.js';
import { heightOf, inset, type Rect, widthOf } from '../layout.js';
import { FLAT_ROOFS, PAVING, ROOF_UNIT } from '../materials.js';

/** Flat-roofed buildings of several heights, close to each other on paving. */
export function fillTowers(rect: Rect, site: Site): void {
  site.layout.fill(rect, PAVING);
  split(rect, site);
}

function split(rect: Rect, site: Site): void {
  const { random } = site;
  const [width, height] = [widthOf(rect), heightOf(rect)];
  if (Math.max(width, height) > 0.085 || (Math.max(width, height) > 0.055 && random.uniform() < 0.4)) {
    const share = 0.4 + 0.2 * random.uniform();
    const upright = width > height;
    const at = upright ? rect.left + width * share : rect.top + height * share;
    split(upright ? { ...rect, right: at } : { ...rect, bottom: at }, site);
    split(upright ? { ...rect, left: at } : { ...rect, top: at }, site);
    return;
  }
  const building = inset(rect, 0.003 + 0.005 * random.uniform());
  if (Math.min(widthOf(building), heightOf(building)) < 0.016 || !site.isDry(building)) return;
  if (random.uniform() < 0.9) build(building, site);
  else plantSquare(building, site);
}

function build(rect: Rect, { layout, random }: Site): void {
  const roof = FLAT_ROOFS[random.integer(FLAT_ROOFS.length)]!;
  const storeys = 2 + random.integer(5) + (random.uniform() < 0.2 ? 4 : 0);
  layout.fill(rect, roof.edge, storeys);
  const flat = inset(rect, 0.003);
  layout.fill(flat, roof.lit, storeys);
  if (random.uniform() < 0.4 && widthOf(flat) > 0.03 && heightOf(flat) > 0.03) {
    // A light well, or a storey more.
    const core = inset(flat, 0.3 * Math.min(widthOf(flat), heightOf(flat)));
    if (random.uniform() < 0.4) layout.fill(core, PAVING, 0);
    else layout.fill(core, roof.shaded, storeys + 1);
  }
  for (let n = random.integer(4); n > 0; n--) {
    const left = flat.left + random.uniform() * (widthOf(flat) - 0.006);
    const top = flat.top + random.uniform() * (heightOf(flat) - 0.006);
    layout.fill({ left, top, right: left + 0.005, bottom: top + 0.005 }, ROOF_UNIT, storeys);
  }
}

function plantSquare(rect: Rect, { layout, random }: Site): void {
  for (let x = rect.left; x < rect.right; x += 0.016) {
    for (let y = rect.top; y < rect.bottom; y += 0.016) layout.plant(x, y, 0.006, 100 + random.integer(30));
  }
}
