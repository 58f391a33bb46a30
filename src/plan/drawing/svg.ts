export const INK = '#1f2933';
export const FAINT = '#66727f';

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

/** Letters as SVG path data that starts at x = 0 on a base line at y = 0, and their width in pixels. Fonts are files: a caller has them. */
export type Outline = (text: string, size: number) => { readonly path: string; readonly width: number };

/** Text as outlines, so that it looks the same where no font is installed. `y` is the base line. */
export function drawText(
  outline: Outline,
  content: string,
  at: Point,
  { size = 12, fill = INK, anchor = 'start' } = {},
): string {
  const { path, width } = outline(content, size);
  const x = at.x - (anchor === 'middle' ? width / 2 : anchor === 'end' ? width : 0);
  const shifted = `translate(${round(x)} ${round(at.y)})`;
  return `<g role="img" aria-label="${escapeXml(content)}"><path transform="${shifted}" fill="${fill}" d="${path}"/></g>`;
}

export const escapeXml = (content: string): string =>
  content.replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)!};`);

/** Level stretches, joined by curves that begin and end level. */
export function linePath(stretches: readonly (readonly [Point, Point])[]): string {
  return stretches
    .map(([from, to], i) => {
      const before = stretches[i - 1]?.[1];
      const middle = before && round((before.x + from.x) / 2);
      const there = before
        ? `C${middle} ${round(before.y)} ${middle} ${round(from.y)} ${round(from.x)} ${round(from.y)}`
        : `M${round(from.x)} ${round(from.y)}`;
      return `${there}H${round(to.x)}`;
    })
    .join('');
}

const ARROW = 'arrow-';

/** What `marker-end` says for a line of a colour, `#rrggbb`; `arrowHeads` draws it. */
export const arrowHead = (colour: string): string => `url(#${ARROW}${colour.slice(1)})`;

/** The arrow heads that a drawing's lines name. */
export function arrowHeads(svg: string): string {
  const colours = [...svg.matchAll(new RegExp(`url\\(#${ARROW}(\\w+)\\)`, 'g'))].map(([, colour]) => colour!);
  const size = { viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' };
  return [...new Set(colours)]
    .sort()
    .map((colour) => {
      const head = element('path', { d: 'M0.5 0.8L7.5 4L0.5 7.2Z', fill: `#${colour}` });
      return element('marker', { id: `${ARROW}${colour}`, ...size }, head);
    })
    .join('');
}
