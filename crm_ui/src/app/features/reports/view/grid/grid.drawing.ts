import { ReportDefinition } from '@core/reports/report.model';
import { IconName } from '@shared/icon/icons';
import { LocalSort } from '../local.sort';
import { HeadCell } from './grid.columns';
import { GridModel, NameCell } from './grid.model';
import { Shown } from './grid.tree';
import { Stretch } from './grid.window';

/** Pixels of a line, and of one that has its groups above its name. */
export const LINE_HEIGHT = 36;
export const TALL_LINE = 46;
/** Narrower than this, the names of a row stand in one column. */
export const NARROW = 640;

const HEAD_HEIGHT = 30;
const VALUE_HEIGHT = 40;
const LETTER = 7.2;
const ROOM = 44;
const [LEAST_NAME, MOST_NAME] = [88, 240];
/** Of the width at most so much is names; else no number would be in sight. */
const NAMES_SHARE = 0.46;
const SAMPLE = 400;

/** A cell of the header as drawn. */
export interface DrawnHead {
  readonly head: HeadCell;
  readonly text: string;
  readonly start: number;
  readonly width: number;
  readonly height: number;
  readonly sort: 'ascending' | 'descending' | 'none' | null;
}

/** The rows of the header with those cells that are in sight. */
export function headRowsOf(model: GridModel, { first, last }: Stretch, order: { readonly sort: ReportDefinition['sort']; readonly local: LocalSort | null }): { readonly index: number; readonly line: number; readonly height: number; readonly last: boolean; readonly cells: readonly DrawnHead[] }[] {
  const heights = Array.from({ length: model.headRows }, (_, row) => (row === model.headRows - (model.compared ? 2 : 1) ? VALUE_HEIGHT : HEAD_HEIGHT));
  const seen = model.heads.filter(({ start, end }) => start < last && end > first);
  return heights.map((height, index) => ({
    index, line: index - model.headRows, height, last: index === model.headRows - 1,
    cells: seen.filter(({ row }) => row === index).map((head) => {
      const start = model.offsets[head.start] ?? 0;
      return {
        head, text: model.headText(head), start, width: (model.offsets[head.end] ?? 0) - start,
        height: heights.slice(index, index + head.span).reduce((sum, one) => sum + one, 0), sort: head.kind === 'value' ? sortOf(model, head, order) : null,
      };
    }),
  }));
}

/** The order is told at the column it is by: the total over all columns, unless the reader has ordered by a column here. */
function sortOf(model: GridModel, { start }: HeadCell, { sort, local }: { readonly sort: ReportDefinition['sort']; readonly local: LocalSort | null }): DrawnHead['sort'] {
  const key = model.answer.values[model.columns[start]?.value ?? 0]?.key;
  const own = model.ownColumn(start);
  const held = local === null ? (own === null ? sort : null) : local.column === own ? { by: local.value, order: local.order } : null;
  return held?.by !== key ? 'none' : held?.order === 'asc' ? 'ascending' : 'descending';
}

/** A number as drawn. */
export interface DrawnCell {
  readonly slot: number;
  readonly column: number;
  readonly text: string;
  readonly start: number;
  readonly width: number;
  readonly total: boolean;
  readonly edge: boolean;
  readonly meaning: string | null;
  readonly arrow: IconName | null;
  /** What the arrow means, for who does not see it. */
  readonly spoken: string;
}

/** A line as drawn; lines of one slot use the same elements after each other. */
export interface DrawnLine {
  readonly index: number;
  readonly slot: number;
  readonly kind: Shown['kind'];
  readonly names: readonly NameCell[];
  readonly cells: readonly DrawnCell[];
}

/** The numbers of a line that are in sight. */
export function cellsOf(model: GridModel, line: number, { first, last }: Stretch): DrawnCell[] {
  return Array.from({ length: last - first }, (_, place) => {
    const column = first + place;
    const at = model.columns[column];
    const { text, change } = model.number(line, column);
    const start = model.offsets[column] ?? 0;
    const arrow = at?.part !== 'change' || change === null ? null : change.direction === 'up' ? ('arrow-up-right' as const) : change.direction === 'down' ? ('arrow-down-right' as const) : ('minus' as const);
    return {
      slot: column % Math.max(last - first, 1), column, text, start, width: (model.offsets[column + 1] ?? 0) - start, total: at?.total ?? false, edge: model.columns[column + 1]?.shown !== at?.shown,
      meaning: change?.meaning ?? null, arrow, spoken: change?.meaning ? model.reader.text(`home.${change.meaning}`) : '',
    };
  });
}

/** How wide the columns of names are: as their longest names need it, within what leaves room for numbers. */
export function nameWidthsOf(model: GridModel, splits: readonly string[], width: number): number[] {
  const letters = splits.map((split) => split.length);
  const step = Math.max(1, Math.floor(model.lines.length / SAMPLE));
  for (let line = 0; line < model.lines.length; line += step) {
    for (const { column, span, text, groups } of model.namesOf(line, line)) if (span === 1) letters[column] = Math.max(letters[column] ?? 0, text.length, Math.round(groups.length * 0.85));
  }
  const widths = letters.map((count) => Math.round(Math.min(Math.max(count * LETTER + ROOM, LEAST_NAME), MOST_NAME)));
  const all = widths.reduce((sum, one) => sum + one, 0);
  const most = width * NAMES_SHARE;
  return width > 0 && all > most ? widths.map((one) => Math.max(Math.round((one / all) * most), 64)) : widths;
}
