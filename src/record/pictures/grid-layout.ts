import type { Image } from '../../core/image.js';
import { outline } from '../../core/node/caption.js';
import type { Grid } from './grid.js';

/** All in pixels of the finished picture. */
export interface GridLayout {
  readonly width: number;
  readonly height: number;
  readonly pictures: readonly {
    readonly image: Image;
    readonly left: number;
    readonly top: number;
    readonly scale: number;
  }[];
  readonly texts: readonly {
    readonly text: string;
    readonly left: number;
    /** Of the base line. */
    readonly base: number;
    readonly size: number;
    readonly within: number;
    readonly align: 'left' | 'centre' | 'right';
    readonly faint: boolean;
  }[];
}

const MARGIN = 20;
const GAP = 8;
/** Between groups of rows that stand side by side: as wide as shows what belongs together. */
const ALLEY = { ofOnePicture: GAP, ofSeveral: 32 };
const TITLE = 15;
const CAPTION = 14;
const CAPTION_LINE = 18;
const LABEL = 12;
const LABEL_WIDTH = 120;
/** Where small images are enlarged to: the longer side of a cell, fewer where there are many. */
const CELL = 256;
const CELL_AMONG_MANY = 128;
const MANY = 32;
/** Width by height that suits a screen. */
const ASPECT = 1.25;

export function layOutGrid({ columns, rows, title, cell: wanted }: Grid): GridLayout {
  const cells = rows.flatMap((row) => row.images);
  const side = wanted ?? (cells.length > MANY ? CELL_AMONG_MANY : CELL);
  const contents = cells.map((image) => {
    if (typeof image === 'string') return image;
    const scale = Math.max(1, Math.floor(side / Math.max(image.width, image.height)));
    return { image, scale, width: image.width * scale, height: image.height * scale };
  });
  const pictures = contents.filter((content) => typeof content !== 'string');
  const cell = {
    width: Math.max(1, ...pictures.map(({ width }) => width)),
    height: Math.max(1, ...pictures.map(({ height }) => height)),
  };
  const widest = Math.max(0, ...rows.map(({ label = '' }) => outline(label, LABEL, LABEL_WIDTH).width));
  const gutter = widest > 0 ? Math.ceil(widest) + GAP : 0;
  const groupWidth = gutter + columns.length * (cell.width + GAP) - GAP;
  const alley = groupWidth === cell.width ? ALLEY.ofOnePicture : ALLEY.ofSeveral;
  const groups = groupsOf(rows.length, groupWidth + alley, cell.height + GAP);
  const rowsPerGroup = Math.ceil(rows.length / groups);
  const captionsBase = MARGIN + (title === undefined ? 0 : TITLE + 2 * GAP) + CAPTION;
  const captions = columns.map((text) => text.split('\n'));
  const lines = Math.max(...captions.map(({ length }) => length));
  const firstRow = captionsBase + (lines - 1) * CAPTION_LINE + GAP + 2;

  const texts: GridLayout['texts'][number][] = [];
  const placed: GridLayout['pictures'][number][] = [];
  const width = 2 * MARGIN + groups * (groupWidth + alley) - alley;
  if (title !== undefined) {
    const within = width - 2 * MARGIN;
    const base = MARGIN + TITLE - 2;
    texts.push({ text: title, left: MARGIN, base, size: TITLE, within, align: 'left', faint: false });
  }
  for (let group = 0; group < groups; group++) {
    const left = MARGIN + group * (groupWidth + alley);
    captions.forEach((caption, column) => {
      const x = left + gutter + column * (cell.width + GAP);
      caption.forEach((text, line) => {
        // Captions of fewer lines stand just above their column, too.
        const base = captionsBase + (lines - caption.length + line) * CAPTION_LINE;
        const place = { left: x, base, within: cell.width, align: 'centre' } as const;
        texts.push({ text, size: CAPTION, faint: false, ...place });
      });
    });
    for (let line = 0; line < rowsPerGroup; line++) {
      const row = group * rowsPerGroup + line;
      if (row >= rows.length) break;
      const top = firstRow + line * (cell.height + GAP);
      const base = top + Math.round(cell.height / 2 + LABEL / 3);
      const place = { left, base, within: gutter - GAP, align: 'right' } as const;
      if (gutter > 0) texts.push({ text: rows[row]!.label ?? '', size: LABEL, faint: true, ...place });
      for (let column = 0; column < columns.length; column++) {
        const content = contents[row * columns.length + column]!;
        const start = left + gutter + column * (cell.width + GAP);
        if (typeof content === 'string') {
          const word = { left: start, base, within: cell.width, align: 'centre' } as const;
          texts.push({ text: content, size: CAPTION, faint: false, ...word });
          continue;
        }
        placed.push({
          image: content.image,
          scale: content.scale,
          left: start + Math.floor((cell.width - content.width) / 2),
          top: top + Math.floor((cell.height - content.height) / 2),
        });
      }
    }
  }
  return {
    width,
    height: firstRow + rowsPerGroup * (cell.height + GAP) - GAP + MARGIN,
    pictures: placed,
    texts,
  };
}

/** How many groups of rows to set side by side, so that the picture has a screen's proportions. */
function groupsOf(rows: number, width: number, height: number): number {
  const misfit = (groups: number): number =>
    Math.abs(Math.log((groups * width) / (Math.ceil(rows / groups) * height) / ASPECT));
  let best = 1;
  for (let groups = 2; groups <= rows; groups++) if (misfit(groups) < misfit(best)) best = groups;
  // The last group must not be empty: 5 rows in 4 groups are 2, 2, 1 and none.
  return Math.ceil(rows / Math.ceil(rows / best));
}
