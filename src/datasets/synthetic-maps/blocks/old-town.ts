import type { Site } from '../site.js';
import { heightOf, inset, type Rect, widthOf } from '../layout.js';
import { HOUSE_ROOFS, LAWN, PAVING } from '../materials.js';
import { gable } from './houses.js';

/** Row houses around a court. */
export function fillOldTown(rect: Rect, site: Site): void {
  const { layout, random } = site;
  const depth = Math.min(0.034, 0.3 * Math.min(widthOf(rect), heightOf(rect)));
  layout.fill(rect, PAVING);
  const court = inset(rect, depth);
  if (random.uniform() < 0.5) layout.fill(court, LAWN);
  const { left, top, right, bottom } = rect;
  row({ left, right, top, bottom: top + depth }, false, site);
  row({ left, right, top: bottom - depth, bottom }, false, site);
  row({ left, right: left + depth, top: top + depth, bottom: bottom - depth }, true, site);
  row({ left: right - depth, right, top: top + depth, bottom: bottom - depth }, true, site);
  for (let n = Math.floor(widthOf(court) * heightOf(court) * 500 * random.uniform()); n > 0; n--) {
    const x = court.left + random.uniform() * widthOf(court);
    const y = court.top + random.uniform() * heightOf(court);
    layout.plant(x, y, 0.006 + 0.004 * random.uniform(), 90 + random.integer(45));
  }
}

/** Houses wall to wall, their ridges along the street, each with its own roof. */
function row(strip: Rect, upright: boolean, { layout, random, isDry }: Site): void {
  const length = upright ? heightOf(strip) : widthOf(strip);
  for (let at = 0; at < length;) {
    const front = Math.min(length - at, 0.024 + 0.026 * random.uniform());
    const house = upright
      ? { ...strip, top: strip.top + at, bottom: strip.top + at + front }
      : { ...strip, left: strip.left + at, right: strip.left + at + front };
    at += front;
    // A gate to the court here and there.
    if (front < 0.012 || random.uniform() < 0.06 || !isDry(house)) continue;
    gable(house, HOUSE_ROOFS[random.integer(HOUSE_ROOFS.length)]!, 3, layout);
  }
}
