/** A cell of the grid by its place: lines from 0, those of the header negative; columns of numbers from 0, those of names negative. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** How far the grid goes. */
export interface Bounds {
  readonly heads: number;
  readonly names: number;
  readonly lines: number;
  readonly columns: number;
}

/** A rectangle of cells, edges inside. */
export interface Area {
  readonly from: Place;
  readonly to: Place;
}

/** The place that a key leads to, after the pattern of ARIA for grids; null where the key moves nothing. */
export function moved({ line, column }: Place, { heads, names, lines, columns }: Bounds, key: { readonly key: string; readonly ctrlKey: boolean; readonly metaKey: boolean }, rtl: boolean, page: number): Place | null {
  const wide = key.ctrlKey || key.metaKey;
  const inside = (toLine: number, toColumn: number): Place => ({ line: Math.max(-heads, Math.min(toLine, lines - 1)), column: Math.max(-names, Math.min(toColumn, columns - 1)) });
  const [forward, back] = rtl ? ['ArrowLeft', 'ArrowRight'] : ['ArrowRight', 'ArrowLeft'];
  switch (key.key) {
    case forward: return inside(line, wide ? columns : column + 1);
    case back: return inside(line, wide ? -names : column - 1);
    case 'ArrowDown': return inside(wide ? lines : line + 1, column);
    case 'ArrowUp': return inside(wide ? 0 : line - 1, column);
    case 'PageDown': return inside(line + page, column);
    case 'PageUp': return inside(Math.max(line - page, Math.min(line, 0)), column);
    case 'Home': return inside(wide ? 0 : line, -names);
    case 'End': return inside(wide ? lines : line, columns);
    default: return null;
  }
}

/** The rectangle between two corners. */
export function areaOf(one: Place, other: Place): Area {
  return {
    from: { line: Math.min(one.line, other.line), column: Math.min(one.column, other.column) },
    to: { line: Math.max(one.line, other.line), column: Math.max(one.column, other.column) },
  };
}

/** True for a cell of the rectangle. */
export const within = ({ from, to }: Area, line: number, column: number): boolean => line >= from.line && line <= to.line && column >= from.column && column <= to.column;

/** The cells of a rectangle for a spreadsheet: a tab between cells, a line for each line. */
export function tsvOf({ from, to }: Area, text: (line: number, column: number) => string): string {
  const lines: string[] = [];
  for (let line = from.line; line <= to.line; line += 1) {
    const cells: string[] = [];
    for (let column = from.column; column <= to.column; column += 1) cells.push(text(line, column).replace(/[\t\r\n]+/g, ' '));
    lines.push(cells.join('\t'));
  }
  return lines.join('\n');
}
