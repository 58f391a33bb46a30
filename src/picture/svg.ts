import { outline } from '../record/caption.js';

export const INK = '#1f2933';
export const FAINT = '#66727f';
export const LINE = '#8b97a3';

export interface Point {
  readonly x: number;
  readonly y: number;
}

const round = (n: number): string => String(Math.round(n * 10) / 10);

export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  inner = '',
): string {
  const listed = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : value}"`,
  );
  return inner === '' ? `<${name}${listed.join('')}/>` : `<${name}${listed.join('')}>${inner}</${name}>`;
}

export const textWidth = (text: string, size: number): number => outline(text, size).width;

/** Text as outlines, so that it looks the same where no font is installed. `y` is the base line. */
export function text(content: string, at: Point, { size = 12, fill = INK, anchor = 'start' } = {}): string {
  const { path, width } = outline(content, size);
  const x = at.x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
  const shifted = `translate(${round(x)} ${round(at.y)})`;
  return `<g role="img" aria-label="${escapeXml(content)}"><path transform="${shifted}" fill="${fill}" d="${path}"/></g>`;
}

export const escapeXml = (content: string): string =>
  content.replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)!};`);

/** A smooth line through the middles between points, straight at both ends. */
export function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const parts = [`M${round(first.x)} ${round(first.y)}`];
  for (const [i, point] of rest.entries()) {
    const next = rest[i + 1];
    if (!next) parts.push(`L${round(point.x)} ${round(point.y)}`);
    else {
      const [x, y] = [(point.x + next.x) / 2, (point.y + next.y) / 2];
      parts.push(`Q${round(point.x)} ${round(point.y)} ${round(x)} ${round(y)}`);
    }
  }
  return parts.join('');
}
