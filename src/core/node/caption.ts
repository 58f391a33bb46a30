import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create, type Font } from 'fontkitten';

/** Latin with accents, Greek and Cyrillic; what none of them has is drawn as a box. */
const SUBSETS = ['latin', 'latin-ext', 'greek', 'cyrillic'];
let loaded: readonly Font[] | undefined;

export interface Caption {
  /** SVG path data; the text starts at x = 0, on a base line at y = 0. */
  readonly path: string;
  /** Pixels. */
  readonly width: number;
}

/**
 * Text as SVG outlines. Not `<text>`: that needs fonts installed, which containers lack, and looks different on every
 * machine that has some.
 * @param within pixels; a longer text is cut and ends in an ellipsis.
 */
export function outline(text: string, size: number, within = Infinity): Caption {
  const whole = layOut(text, size);
  if (whole.width <= within) return whole;
  const letters = Array.from(text);
  while (letters.length > 1) {
    letters.pop();
    const cut = layOut(`${letters.join('').trimEnd()}…`, size);
    if (cut.width <= within) return cut;
  }
  return layOut('', size);
}

function layOut(text: string, size: number): Caption {
  let width = 0;
  let path = '';
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    const font = fontWith(code);
    const glyph = font.glyphForCodePoint(code);
    const scale = size / font.unitsPerEm;
    // Fonts count upwards, SVG downwards.
    path += glyph.path.transform(scale, 0, 0, -scale, width, 0).toSVG();
    width += glyph.advanceWidth * scale;
  }
  return { path, width };
}

function fontWith(code: number): Font {
  loaded ??= SUBSETS.map(load);
  return loaded.find((font) => font.hasGlyphForCodePoint(code)) ?? loaded[0]!;
}

function load(subset: string): Font {
  const file = createRequire(import.meta.url).resolve(
    `@fontsource/inter/files/inter-${subset}-500-normal.woff`,
  );
  const font = create(readFileSync(file));
  if (font.isCollection) throw new Error(`${file} holds several fonts.`);
  return font;
}
