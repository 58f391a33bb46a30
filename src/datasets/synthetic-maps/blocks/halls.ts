import type { Random } from '../../../core/random.js';
import type { Site } from '../site.js';
import { CAR_COLOURS, heightOf, inset, type Layout, type Rect, widthOf } from '../layout.js';
import { HALL_ROOFS, PARKING, PARKING_LINE, SOIL } from '../materials.js';

const LINE = 0.0016;

/** Halls with ribbed roofs, and where their people park. */
export function fillHalls(rect: Rect, site: Site): void {
  const { layout, random } = site;
  layout.fill(rect, random.uniform() < 0.7 ? PARKING : SOIL);
  const upright = heightOf(rect) > widthOf(rect);
  const share = 0.5 + 0.25 * random.uniform();
  const hall = upright
    ? { ...rect, bottom: rect.top + heightOf(rect) * share }
    : { ...rect, right: rect.left + widthOf(rect) * share };
  const rest = upright ? { ...rect, top: hall.bottom } : { ...rect, left: hall.right };
  const body = inset(hall, 0.006 + 0.004 * random.uniform());
  if (Math.min(widthOf(body), heightOf(body)) > 0.02 && site.isDry(body)) ribbed(body, layout, random);
  const lot = inset(rest, 0.004);
  if (Math.min(widthOf(lot), heightOf(lot)) > 0.02 && site.isDry(lot)) fillParking(lot, layout, random);
}

/** Lit and shaded strips in turn, as saw-tooth roofs have. */
function ribbed(rect: Rect, layout: Layout, random: Random): void {
  const roof = HALL_ROOFS[random.integer(HALL_ROOFS.length)]!;
  layout.fill(rect, roof.edge, 3);
  const pitch = 0.012 + 0.014 * random.uniform();
  for (let x = rect.left + 0.002; x < rect.right - 0.002; x += pitch) {
    const strip = { ...inset(rect, 0.002), left: x, right: Math.min(x + pitch / 2, rect.right - 0.002) };
    layout.fill(strip, roof.lit, 3);
    const other = { ...strip, left: strip.right, right: Math.min(x + pitch, rect.right - 0.002) };
    layout.fill(other, roof.shaded, 3);
  }
}

/** Rows of marked places, most of them taken. */
function fillParking(rect: Rect, layout: Layout, random: Random): void {
  layout.fill(rect, PARKING);
  for (let y = rect.top; y + 0.0135 < rect.bottom; y += 0.026) {
    for (let x = rect.left; x + 0.009 < rect.right; x += 0.009) {
      if (layout.shows(LINE))
        layout.fill({ left: x, right: x + LINE, top: y, bottom: y + 0.0135 }, PARKING_LINE);
      if (random.uniform() > 0.55) continue;
      const car = { left: x + 0.0022, right: x + 0.0084, top: y + 0.001, bottom: y + 0.0125 };
      layout.park(car, random.integer(CAR_COLOURS.length));
    }
  }
}
