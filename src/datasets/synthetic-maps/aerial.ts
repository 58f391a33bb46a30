import type { Image } from '../../core/image.js';
import { CAR_COLOURS, FIRST_CAR, HEIGHT_UNIT, type Layout } from './layout.js';
import { MATERIALS, WATER } from './materials.js';
import { noiseAt, noiseOf } from './noise.js';
import type { Scene } from './scene.js';
import type { Survey } from './survey.js';
import { pixelsPerTile } from './view.js';

/** Red, green, blue and grain by material. */
const RED = Float32Array.from(MATERIALS, ({ colour }) => colour[0]);
const GREEN = Float32Array.from(MATERIALS, ({ colour }) => colour[1]);
const BLUE = Float32Array.from(MATERIALS, ({ colour }) => colour[2]);
const GRAIN = Float32Array.from(MATERIALS, ({ grain }) => grain);
/** A crown of brightness 100. */
const CROWN = [62, 92, 46] as const;
const CROWN_GRAIN = 0.35;
/** Light left in a shadow: blue most, since it comes from the sky. */
const SHADE = [0.52, 0.56, 0.64] as const;
/** What water looks like where it is shallow. */
const SHALLOW = [104, 136, 128] as const;

/** The tile from above: textured, lit from the upper left, with shadows, cars and trees; a little soft, as lenses are. */
export function paintAerial(scene: Scene, survey: Survey): Image {
  const { width, height, cell, material, covered, shore } = survey;
  const { layout, random } = scene;
  const fine = noiseOf(random);
  const coarse = noiseOf(random);
  const coarseStep = 110 / pixelsPerTile(survey);
  const shadows = shadowSteps(layout);
  const exposure = 1.06 + 0.14 * random.uniform();
  const haze = 4 + 8 * random.uniform();
  const data = new Float32Array(width * height * 3);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const kind = material[i]!;
      const at = cell[i]!;
      let red = RED[kind]!;
      let green = GREEN[kind]!;
      let blue = BLUE[kind]!;
      let grain = GRAIN[kind]!;
      const top = covered[i] ? 0 : layout.top[at]!;
      if (top >= FIRST_CAR) [red, green, blue] = CAR_COLOURS[top - FIRST_CAR]!;
      else if (top > 0) {
        red = (CROWN[0] * top) / 100;
        green = (CROWN[1] * top) / 100;
        blue = (CROWN[2] * top) / 100;
        grain = CROWN_GRAIN;
      } else if (kind === WATER) {
        const shallow = Math.exp(shore[i]! / 0.012);
        red += (SHALLOW[0] - red) * shallow;
        green += (SHALLOW[1] - green) * shallow;
        blue += (SHALLOW[2] - blue) * shallow;
      }
      const broad = noiseAt(coarse, Math.trunc(column * coarseStep), Math.trunc(row * coarseStep));
      const light = exposure * (1 + grain * (0.55 * noiseAt(fine, column, row) + 0.6 * broad));
      const shaded = !covered[i] && isShaded(layout, at, shadows);
      const o = i * 3;
      data[o] = haze + red * light * (shaded ? SHADE[0] : 1);
      data[o + 1] = haze + green * light * (shaded ? SHADE[1] : 1);
      data[o + 2] = haze + blue * light * (shaded ? SHADE[2] : 1);
    }
  }
  return { width, height, channels: 3, data: soften(data, width * 3) };
}

/** Something so much higher, so many cells towards the sun, throws its shadow here. */
interface ShadowStep {
  readonly offset: number;
  readonly above: number;
}

function shadowSteps({ sun, side, resolution }: Layout): readonly ShadowStep[] {
  return [1, 2, 3, 5, 8].flatMap((above) => {
    const cells = (above - 0.25) * HEIGHT_UNIT * resolution;
    const offset = Math.round(sun[1] * cells) * side + Math.round(sun[0] * cells);
    return offset === 0 ? [] : [{ offset, above }];
  });
}

function isShaded({ height }: Layout, at: number, steps: readonly ShadowStep[]): boolean {
  const ground = height[at]!;
  for (const { offset, above } of steps) {
    // Beyond the layout's edge there is nothing (undefined is no number, so never higher).
    if (height[at + offset]! - ground >= above) return true;
  }
  return false;
}

/** [1 6 1] / 8 along rows, then columns; the outermost pixels stay. @param stride values of a row. */
function soften(data: Float32Array, stride: number): Uint8Array {
  const rows = data.slice();
  for (let i = 3; i < data.length - 3; i++) {
    const column = i % stride;
    if (column < 3 || column >= stride - 3) continue;
    rows[i] = 0.125 * (data[i - 3]! + data[i + 3]!) + 0.75 * data[i]!;
  }
  // Rounds and keeps to 0..255.
  const out = Uint8ClampedArray.from(rows);
  for (let i = stride; i < rows.length - stride; i++) {
    out[i] = 0.125 * (rows[i - stride]! + rows[i + stride]!) + 0.75 * rows[i]!;
  }
  return new Uint8Array(out.buffer);
}
