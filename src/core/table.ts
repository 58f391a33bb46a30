import stringWidth from 'fast-string-width';

/** Cells without frames: two spaces between columns, two before the first. @param right columns that are flush right. */
export function formatTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly number[] = [],
): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((cells) => stringWidth(cells[column] ?? ''))));
  const pad = (cell: string, column: number): string => {
    const space = ' '.repeat(widths[column]! - stringWidth(cell));
    return right.includes(column) ? space + cell : cell + space;
  };
  return lines.map((cells) => `  ${cells.map(pad).join('  ')}`.trimEnd()).join('\n');
}
