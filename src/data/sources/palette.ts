import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { hexColour } from '../../core/colour.js';
import { UserError } from '../../core/errors.js';
import type { Colour, Palette } from '../../core/image.js';

/** Class numbers are kept in a byte. */
const MAX_COLOURS = 256;

/** Colours as `#rrggbb`. @throws UserError naming what is no colour. */
export function paletteOf(colours: readonly unknown[], where: string, names?: readonly string[]): Palette {
  if (colours.length < 2 || colours.length > MAX_COLOURS) {
    throw new UserError(`${where} has ${colours.length} colours; a palette has 2 to ${MAX_COLOURS}.`, {
      exitCode: 2,
    });
  }
  const parsed = colours.map((colour) => parseColour(colour, where));
  return names ? { colours: parsed, names } : { colours: parsed };
}

function parseColour(text: unknown, where: string): Colour {
  if (typeof text === 'string' && /^#[0-9a-f]{6}$/i.test(text)) {
    return hexColour(text);
  }
  const remedy =
    text === null
      ? 'In YAML an unquoted # starts a comment: write "#rrggbb" in quotes.'
      : 'Colours are written "#rrggbb", in quotes.';
  throw new UserError(`${JSON.stringify(text)} in ${where} is no colour.`, { remedy, exitCode: 2 });
}

/** A palette file: a list of colours, or names with their colours, in the order of their class numbers. */
export async function readPalette(file: string): Promise<Palette> {
  let content: unknown;
  try {
    content = parse(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    throw new UserError(`The palette ${file} cannot be read: ${reason}`, { exitCode: 2, cause: error });
  }
  if (Array.isArray(content)) return paletteOf(content, file);
  if (typeof content === 'object' && content !== null) {
    return paletteOf(Object.values(content), file, Object.keys(content));
  }
  throw new UserError(`The palette ${file} is neither a list of colours nor names with colours.`, {
    remedy: 'For example: ["#ff0000", "#00ff00"], or { road: "#ffffff", water: "#0080ff" }.',
    exitCode: 2,
  });
}
