import type { Colour, Palette } from '../../core/image.js';

/** Classes of the map, in the order of their numbers, and their colours. */
const CLASSES = {
  land: [239, 233, 222],
  building: [202, 186, 172],
  street: [255, 255, 255],
  'main road': [255, 214, 102],
  motorway: [240, 140, 90],
  park: [178, 222, 152],
  water: [142, 196, 238],
} as const satisfies Readonly<Record<string, Colour>>;

export type MapClass = keyof typeof CLASSES;

export const PALETTE: Palette = { colours: Object.values(CLASSES), names: Object.keys(CLASSES) };

/** What covers the ground, seen from above. */
export interface Material {
  readonly colour: Colour;
  /** How strongly noise moves its brightness, as a share: asphalt little, a meadow much. */
  readonly grain: number;
  readonly map: MapClass;
}

const table: Material[] = [];

/** Adds a material; layouts hold its number. */
function material(map: MapClass, colour: Colour, grain: number): number {
  return table.push({ colour, grain, map }) - 1;
}

const scaled = (colour: Colour, factor: number): Colour =>
  colour.map((value) => Math.min(255, Math.round(value * factor))) as unknown as Colour;

/** A roof in the sun, away from it, and along its edge. */
export interface Roof {
  readonly lit: number;
  readonly shaded: number;
  readonly edge: number;
}

const roof = (...colour: Colour): Roof => ({
  lit: material('building', scaled(colour, 1.04), 0.12),
  shaded: material('building', scaled(colour, 0.78), 0.1),
  edge: material('building', scaled(colour, 1.22), 0.05),
});

export const LAWN = material('land', [124, 130, 86], 0.3);
export const DRY_LAWN = material('land', [150, 141, 101], 0.28);
export const SOIL = material('land', [158, 139, 112], 0.25);
export const PAVING = material('land', [163, 158, 150], 0.12);
export const PARKING = material('land', [118, 117, 116], 0.12);
export const PARKING_LINE = material('land', [172, 171, 166], 0.05);
export const SIDEWALK = material('land', [170, 166, 158], 0.08);

export const STREET = material('street', [100, 100, 103], 0.12);
/** Main roads by direction in the grid: those across a river bridge it, those along it give way. */
export const MAIN_ROADS = { upright: mainRoad(), level: mainRoad() };

function mainRoad(): { readonly surface: number; readonly line: number } {
  return {
    surface: material('main road', [84, 85, 89], 0.1),
    line: material('main road', [205, 204, 196], 0.03),
  };
}

export const GRASS = material('park', [84, 118, 58], 0.4);
export const MEADOW = material('park', [112, 137, 70], 0.4);
export const PITCH = material('park', [93, 146, 74], 0.12);
export const PITCH_LINE = material('park', [206, 214, 196], 0.03);
export const PATH = material('park', [178, 164, 132], 0.15);
export const POND = material('water', [52, 88, 98], 0.12);

/** Tiles, mostly red. */
export const HOUSE_ROOFS = [
  roof(158, 90, 70),
  roof(143, 80, 66),
  roof(170, 108, 84),
  roof(122, 86, 72),
  roof(96, 90, 90),
  roof(140, 112, 92),
];
/** Gravel, concrete and metal. */
export const FLAT_ROOFS = [
  roof(176, 172, 166),
  roof(142, 140, 138),
  roof(196, 190, 178),
  roof(158, 140, 120),
  roof(122, 122, 128),
  roof(168, 96, 74),
];
export const HALL_ROOFS = [
  roof(184, 190, 196),
  roof(210, 208, 202),
  roof(120, 146, 168),
  roof(154, 160, 152),
];
export const ROOF_UNIT = material('building', [96, 96, 98], 0.05);

/** What water and the motorway put over the grid. */
export const WATER = material('water', [40, 78, 96], 0.1);
export const BANK = material('park', [98, 122, 66], 0.35);
export const BEACH = material('land', [206, 192, 156], 0.12);
export const MOTORWAY = material('motorway', [122, 121, 122], 0.08);
export const MOTORWAY_LINE = material('motorway', [176, 176, 172], 0.03);
export const MOTORWAY_MIDDLE = material('motorway', [104, 118, 74], 0.2);

export const MATERIALS: readonly Material[] = table;

/** Class number by material. */
export const CLASS_OF = Uint8Array.from(table, ({ map }) => classNumber(map));

function classNumber(map: MapClass): number {
  return Object.keys(CLASSES).indexOf(map);
}
