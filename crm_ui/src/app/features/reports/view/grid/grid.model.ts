import { formatSigned, MISSING } from '@core/format/format';
import { ReportAnswer, ReportDefinition } from '@core/reports/report.model';
import { exact, exactText } from '@shared/format/exact';
import { exactWriter } from '@shared/format/exact.write';
import { nodeWords, plainName, ReportReader } from '../node.words';
import { beforeOf, cellOf, ReportCell } from '../report.cell';
import { changeBetween, ReportChange } from '../report.change';
import { columnsOf, decimalsOfAll, GridColumn, HeadCell, headOf, headRows, offsetsOf, WIDE, widthsOf } from './grid.columns';
import { flatTree, Shown, shownOf, Tree, treeOf } from './grid.tree';

/** What a reader has done to the table. */
export interface GridState {
  /** Groups of rows and of columns that are folded, by `groupKey`. */
  readonly foldedRows: ReadonlySet<string>;
  readonly foldedColumns: ReadonlySet<string>;
  /** Order of the rows within their groups, where it was changed here. */
  readonly rank: readonly number[] | null;
  /** Names of a row in one column, the groups small above: where there is no room for a column each. */
  readonly narrow: boolean;
}

/** A number as drawn. */
export interface GridCell {
  readonly text: string;
  /** How the value has changed, in the columns that say so. */
  readonly change: ReportChange | null;
}

/** A name before the numbers of a line; it reaches over `span` columns of names. */
export interface NameCell {
  readonly column: number;
  readonly span: number;
  readonly text: string;
  /** The groups around it, where there is one column of names only. */
  readonly groups: string;
  /** The group began further up: said to who cannot see, drawn at the upper edge only. */
  readonly again: boolean;
  readonly group: 'open' | 'folded' | null;
  readonly at: number;
}

/** A table of an answer: its lines, its columns, and the text of each place. Nothing here is drawn, and nothing is asked. */
export class GridModel {
  readonly rows: Tree;
  readonly columnTree: Tree;
  readonly lines: readonly Shown[];
  readonly columns: readonly GridColumn[];
  readonly heads: readonly HeadCell[];
  readonly headRows: number;
  readonly offsets: readonly number[];
  /** Width of the narrowest column. */
  readonly narrowest: number;
  readonly names: number;
  readonly compared: boolean;
  readonly titles: readonly string[];
  private readonly shownColumns: readonly Shown[];
  private readonly depth: number;
  private readonly writers: readonly ((text: string | null) => string)[];
  private readonly signed: readonly ((text: string | null) => string)[];
  private readonly words = new Map<number, string>();

  constructor(readonly answer: ReportAnswer, readonly definition: ReportDefinition, readonly reader: ReportReader, readonly state: GridState) {
    const sideBySide = definition.show.shape === 'table' && answer.columns.length > 1;
    this.compared = answer.before !== null;
    this.rows = sideBySide ? flatTree(answer, definition.rows.length, definition.columns.length) : treeOf(answer, 'rows', definition.rows.length);
    this.depth = sideBySide || answer.columns.length < 2 ? 0 : definition.columns.length;
    this.columnTree = treeOf(answer, 'columns', this.depth);
    this.lines = shownOf(this.rows, definition.totals.rows, state.foldedRows, state.rank);
    this.shownColumns = this.depth === 0 ? [{ kind: 'leaf', at: 0, path: [] }] : shownOf(this.columnTree, definition.totals.columns, state.foldedColumns);
    this.columns = columnsOf(this.shownColumns, this.columnTree, answer.values.length, this.compared, sideBySide);
    this.heads = headOf(this.columns, this.shownColumns, this.columnTree, this.depth, this.compared);
    this.headRows = headRows(this.depth, this.compared);
    this.names = state.narrow ? 1 : Math.max(1, this.rows.depth);
    this.titles = answer.values.map(({ title, title_ar }) => (reader.arabic && title_ar) || title);
    const currency = answer.currency ?? reader.currency;
    const decimals = decimalsOfAll(answer);
    const writers = (signed: boolean): ((text: string | null) => string)[] => answer.values.map(({ unit }, index) => exactWriter({ unit: signed && unit === 'ratio' ? 'number' : unit, currency, decimals: decimals[index] ?? 0, signed }, reader.tag));
    this.writers = writers(false);
    this.signed = writers(true);
    const widths = widthsOf(answer, this.titles, (value, text) => this.writers[value]?.(text) ?? text, this.compared);
    this.offsets = offsetsOf(this.columns, widths);
    this.narrowest = Math.min(...widths.map(({ value, percent }) => (this.compared ? Math.min(value, percent) : value)), WIDE);
  }

  /** The place in the answer that a cell shows; null outside the numbers. */
  cell(line: number, column: number): ReportCell | null {
    const shown = this.lines[line];
    const at = this.columns[column];
    const node = shown && this.rows.nodes[shown.at];
    const value = at && this.answer.values[at.value];
    return node && value ? { row: node.row, column: at.column ?? node.column, value: value.key } : null;
  }

  /** A number with its change. */
  number(line: number, column: number): GridCell {
    const cell = this.cell(line, column);
    const at = this.columns[column];
    const value = at && this.answer.values[at.value];
    if (!cell || !at || !value) return { text: '', change: null };
    if (at.part === 'value' || at.part === 'before') return { text: this.write(at.value, at.part === 'value' ? cellOf(this.answer, cell) : beforeOf(this.answer, cell)), change: null };
    const change = changeBetween(cellOf(this.answer, cell), beforeOf(this.answer, cell), value);
    return { text: at.part === 'change' ? this.difference(at.value, change) : this.share(change), change };
  }

  /** A value's number in words. */
  write(value: number, text: string | null): string {
    return this.writers[value]?.(text) ?? '';
  }

  /** A number as a spreadsheet reads it: all its digits, nothing else. */
  plain(line: number, column: number): string {
    const cell = this.cell(line, column);
    const at = this.columns[column];
    const value = at && this.answer.values[at.value];
    if (!cell || !at || !value) return '';
    const [now, before] = [cellOf(this.answer, cell), beforeOf(this.answer, cell)];
    if (at.part === 'value') return now ?? '';
    if (at.part === 'before') return before ?? '';
    const change = changeBetween(now, before, value);
    return at.part === 'change' ? (change?.amount ?? '') : (change?.share?.toFixed(6) ?? '');
  }

  /** Any cell for a spreadsheet: numbers with all their digits, names in words; `splits` head the names. */
  copied(line: number, column: number, splits: readonly string[]): string {
    if (line >= 0) return column >= 0 ? this.plain(line, column) : this.nameText(line, column + this.names);
    if (column < 0) return line === -1 ? (splits[column + this.names] ?? '') : '';
    const head = this.headAt(line, column);
    return head ? this.headText(head) : '';
  }

  private nameText(line: number, column: number): string {
    const name = this.namesOf(line, line).find((one) => one.column === column);
    return name ? [name.groups, name.text].filter(Boolean).join(' · ').replace(/[\u2068\u2069]/g, '') : '';
  }

  /** The names before a line's numbers; line `top` names its groups again. */
  namesOf(line: number, top: number): NameCell[] {
    const { kind, path, at } = this.lines[line] as Shown;
    const group = kind === 'group' ? ('folded' as const) : null;
    if (this.names === 1) {
      const groups = path.slice(0, -1).map((one) => this.nameOf(one)).join(' · ');
      return [{ column: 0, span: 1, text: this.lineName(line), groups, again: false, group, at }];
    }
    const own = Math.max(path.length - 1, 0);
    const before = line === top ? [] : (this.lines[line - 1]?.path ?? []);
    const around = path.slice(0, own).map((one, column): NameCell => {
      const again = path.slice(0, column + 1).every((part, level) => before[level] === part);
      return { column, span: 1, text: this.nameOf(one), groups: '', again, group: 'open', at: one };
    });
    return [...around, { column: own, span: this.names - own, text: this.lineName(line), groups: '', again: false, group, at }];
  }

  /** What a line is of, by its last split. */
  lineName(line: number): string {
    const { kind, at } = this.lines[line] as Shown;
    if (kind === 'grand') return this.reader.text('report.total');
    return kind === 'total' ? this.reader.text('report.totalOf', { name: `\u2068${this.nameOf(at)}\u2069` }) : this.nameOf(at);
  }

  /** The name of one of the rows. */
  nameOf(at: number): string {
    const known = this.words.get(at);
    if (known !== undefined) return known;
    const place = this.rows.nodes[at];
    const words = place ? nodeWords({ ...place.node, level: place.level === 0 ? 0 : place.node.level }, this.definition[place.side], this.reader) : '';
    this.words.set(at, words);
    return words;
  }

  /** What stands in a cell of the header. */
  headText(cell: HeadCell): string {
    const column = this.columns[cell.start] as GridColumn;
    if (cell.kind === 'value') return this.titles[column.value] ?? '';
    if (cell.kind === 'part') return this.reader.text(`report.parts.${column.part}`);
    const name = cell.at === null || cell.at === 0 ? '' : nodeWords(this.columnTree.nodes[cell.at]?.node ?? (this.answer.columns[0] as never), this.definition.columns, this.reader);
    return cell.kind === 'total' && name !== '' ? this.reader.text('report.totalOf', { name: `\u2068${name}\u2069` }) : name || this.reader.text('report.total');
  }

  /** The cell of the header that covers a place; `line` counts from -1 upwards. */
  headAt(line: number, column: number): HeadCell | null {
    const row = this.headRows + line;
    return this.heads.find((cell) => cell.start <= column && column < cell.end && cell.row <= row && row < cell.row + cell.span) ?? null;
  }

  /** The split that a column of names is of; `title` knows names of members. */
  splitName(column: number, title: (member: string) => string): string {
    const splits = this.rows.depth > this.definition.rows.length ? [...this.definition.rows, ...this.definition.columns] : this.definition.rows;
    const shown = this.names === 1 ? splits : splits.slice(column, column + 1);
    return shown.map(({ member }) => title(member) || plainName(member)).join(' · ');
  }

  /** The order that a column of values can be put in here: its own, where it is not the total of all columns. */
  ownColumn(column: number): number | null {
    const at = this.columns[column];
    return at === undefined || at.column === null || at.column === 0 ? null : at.column;
  }

  /** The difference of two ratios is in points, not in per cent of either. */
  private difference(value: number, change: ReportChange | null): string {
    const points = this.answer.values[value]?.unit === 'ratio' && change !== null;
    const text = this.signed[value]?.(points ? exactText(exact(change.amount) * 100n) : (change?.amount ?? null)) ?? '';
    return points ? this.reader.text('report.pp', { points: text }) : text;
  }

  private share(change: ReportChange | null): string {
    return change === null || change.share === null ? MISSING : formatSigned(change.share, this.reader.tag, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  }
}
