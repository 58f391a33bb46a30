import { join } from 'node:path';
import { paint } from '../../core/node/paint.js';
import sharp from 'sharp';
import { plot } from 'simple-ascii-chart';
import { formatNumber } from '../../core/format-number.js';
import { type Curves, spread } from '../../reports/run/index.js';

const HEIGHT = 8;

/** A curve as a terminal draws it; nothing where it has fewer than two points. */
export function drawCurve(curves: Curves, name: string, width: number): string | undefined {
  const { x, series } = curves.chart([name], width);
  const points = x.flatMap((step, i): [number, number][] => {
    const value = series[0]?.mean[i];
    return value === null || value === undefined ? [] : [[step, value]];
  });
  if (points.length < 2) return undefined;
  const values = points.map(([, value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const drawn = plot(points, {
    title: name,
    width,
    height: HEIGHT,
    // By default the library marks every point.
    customXAxisTicks: spread(
      points.map(([step]) => step),
      6,
    ),
    customYAxisTicks: [low, (low + high) / 2, high],
    formatter: (value, { axis }) => (axis === 'y' ? formatNumber(value) : compact(value)),
  });
  // The library pads every line.
  return drawn
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

const compact = (step: number): string => (step >= 10_000 ? `${formatNumber(step / 1000)}k` : String(step));

/** A picture in 24-bit colours, two pixels a character, one above the other. @param columns maximal width. */
export async function drawPicture(folder: string, file: string, columns: number): Promise<string> {
  const { data, info } = await sharp(join(folder, file))
    .removeAlpha()
    .toColourspace('srgb')
    .resize({ width: columns, withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const colour = (x: number, y: number): string => {
    const at = (y * info.width + x) * info.channels;
    return `${data[at]};${data[at + 1]};${data[at + 2]}`;
  };
  const lines: string[] = [];
  for (let y = 0; y + 1 < info.height; y += 2) {
    let line = '';
    for (let x = 0; x < info.width; x++) line += `\x1b[38;2;${colour(x, y)};48;2;${colour(x, y + 1)}m▀`;
    lines.push(`${line}\x1b[0m`);
  }
  return lines.join('\n');
}

export const canDraw = (): boolean => paint.isColorSupported && process.stdout.isTTY;
