import type { Random } from '../../../core/random.js';
import type { Site } from '../site.js';
import { heightOf, inset, type Layout, type Rect, widthOf } from '../layout.js';
import { DRY_LAWN, HOUSE_ROOFS, LAWN, PAVING, type Roof, SOIL } from '../materials.js';

const FRONT = 0.007;

/** Detached houses along the two longer streets, gardens behind them. */
export function fillHouses(rect: Rect, site: Site): void {
  const { layout, random } = site;
  layout.fill(rect, [LAWN, LAWN, DRY_LAWN, SOIL][random.integer(4)]!);
  const upright = heightOf(rect) > widthOf(rect);
  const depth = Math.min(0.045, (upright ? widthOf(rect) : heightOf(rect)) / 2);
  const length = upright ? heightOf(rect) : widthOf(rect);
  for (const far of [false, true]) {
    for (let at = 0; at < length - 0.024;) {
      const lot = Math.min(length - at, 0.036 + 0.02 * random.uniform());
      const start = upright ? rect.top + at : rect.left + at;
      fillLot(lotRect(rect, upright, far, start, lot, depth), upright, far, site);
      at += lot;
    }
  }
}

function lotRect(
  rect: Rect,
  upright: boolean,
  far: boolean,
  start: number,
  lot: number,
  depth: number,
): Rect {
  if (upright) {
    const left = far ? rect.right - depth : rect.left;
    return { left, right: left + depth, top: start, bottom: start + lot };
  }
  const top = far ? rect.bottom - depth : rect.top;
  return { top, bottom: top + depth, left: start, right: start + lot };
}

function fillLot(lot: Rect, upright: boolean, far: boolean, site: Site): void {
  const { layout, random, isDry } = site;
  if (random.uniform() < 0.07 || !isDry(lot)) return;
  const side = 0.004 + 0.003 * random.uniform();
  const back = 0.004 + 0.012 * random.uniform();
  const [near, behind] = far ? [back, FRONT] : [FRONT, back];
  const house = upright
    ? { left: lot.left + near, right: lot.right - behind, top: lot.top + side, bottom: lot.bottom - side }
    : { left: lot.left + side, right: lot.right - side, top: lot.top + near, bottom: lot.bottom - behind };
  if (Math.min(widthOf(house), heightOf(house)) < 0.014) return;
  if (random.uniform() < 0.6) layout.fill(drive(lot, upright, far), PAVING);
  gable(house, HOUSE_ROOFS[random.integer(HOUSE_ROOFS.length)]!, 2, layout);
  if (random.uniform() < 0.35) wing(house, random, layout);
  if (random.uniform() < 0.75) plantGarden(lot, upright, far, site);
}

/** From the street to the house, along the lot's edge. */
function drive(lot: Rect, upright: boolean, far: boolean): Rect {
  const wide = 0.0045;
  if (upright) {
    const [left, right] = far ? [lot.right - 0.02, lot.right] : [lot.left, lot.left + 0.02];
    return { left, right, top: lot.top, bottom: lot.top + wide };
  }
  const [top, bottom] = far ? [lot.bottom - 0.02, lot.bottom] : [lot.top, lot.top + 0.02];
  return { top, bottom, left: lot.left, right: lot.left + wide };
}

/** Two slopes that meet in a ridge along the longer side; the one towards the sun is lit. */
export function gable(rect: Rect, roof: Roof, height: number, layout: Layout): void {
  const upright = heightOf(rect) > widthOf(rect);
  const middle = upright ? (rect.left + rect.right) / 2 : (rect.top + rect.bottom) / 2;
  const first = upright ? { ...rect, right: middle } : { ...rect, bottom: middle };
  const second = upright ? { ...rect, left: middle } : { ...rect, top: middle };
  const firstIsLit = layout.sun[upright ? 0 : 1] < 0;
  layout.fill(first, firstIsLit ? roof.lit : roof.shaded, height);
  layout.fill(second, firstIsLit ? roof.shaded : roof.lit, height);
}

/** A lower annex with another roof at one end. */
function wing(house: Rect, random: Random, layout: Layout): void {
  const small = inset(house, 0.3 * Math.min(widthOf(house), heightOf(house)));
  const [dx, dy] = [0.6 * widthOf(house), 0.6 * heightOf(house)];
  const sign = random.uniform() < 0.5 ? -0.5 : 0.5;
  const roof = HOUSE_ROOFS[random.integer(HOUSE_ROOFS.length)]!;
  const upright = heightOf(house) > widthOf(house);
  const [x, y] = upright ? [0, sign * dy] : [sign * dx, 0];
  const moved = {
    left: small.left + x,
    right: small.right + x,
    top: small.top + y,
    bottom: small.bottom + y,
  };
  layout.fill(moved, roof.shaded, 1);
}

function plantGarden(lot: Rect, upright: boolean, far: boolean, { layout, random }: Site): void {
  for (let n = 1 + random.integer(2); n > 0; n--) {
    const [along, deep] = [random.uniform(), 0.85 + 0.3 * random.uniform()];
    const share = far ? 1 - deep : deep;
    const x = upright ? lot.left + share * widthOf(lot) : lot.left + along * widthOf(lot);
    const y = upright ? lot.top + along * heightOf(lot) : lot.top + share * heightOf(lot);
    layout.plant(x, y, 0.005 + 0.005 * random.uniform(), 95 + random.integer(50));
  }
}
