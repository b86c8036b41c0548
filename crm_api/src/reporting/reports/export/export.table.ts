import { neutral } from '../../delivery/report.files.js';
import { kindOf, titleOf, writeCell, writeStep } from '../../delivery/figure.words.js';
import { valueText } from '../../delivery/value.words.js';
import type { AnsweredValue, ReportNode, Split } from '../definition/report.types.js';
import { sumsOf } from './export.sums.js';
import { exportText } from './export.words.js';
import type { ExportCell, ExportColumn, ExportRequest, ExportRow, ExportTable } from './export.types.js';

/** A column of figures: which node of the columns, which value, and of which period. */
export interface FigureColumn {
  readonly node: number;
  readonly value: AnsweredValue;
  readonly before: boolean;
}

/** Text that every file can hold alike: well-formed, one kind of line end, no control characters (XML has no place for them). */
// eslint-disable-next-line no-control-regex
export const plain = (text: string): string => Buffer.from(text, 'utf8').toString('utf8').replaceAll(/\r\n?/g, '\n').replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');

/** The nodes in the order of a file: what a total is of stands in front of it, the total of all last. Totals that the report does not show are left out. */
export function orderOf(nodes: readonly ReportNode[], levels: number, totals: boolean): number[] {
  const children = new Map<number, number[]>();
  nodes.forEach(({ parent }, index) => { if (parent !== null && !children.get(parent)?.push(index)) children.set(parent, [index]); });
  const under = (at: number): number[] => [...(children.get(at) ?? []).flatMap(under), ...(nodes[at]?.level === levels || totals ? [at] : [])];
  return nodes.flatMap(({ parent }, index) => (parent === null ? under(index) : []));
}

/** The nodes from the outermost split to this one, without the total of all. */
export function pathOf(nodes: readonly ReportNode[], at: number): ReportNode[] {
  const path: ReportNode[] = [];
  for (let node = nodes[at]; node !== undefined && node.level > 0; node = node.parent === null ? undefined : nodes[node.parent]) path.unshift(node);
  return path;
}

/** A report's answer as one table: a column for each row split, then for each column and value its figures. */
export function exportTable(request: ExportRequest): ExportTable {
  const { definition, answer, meanings, locale } = request;
  const rows = orderOf(answer.rows, definition.rows.length, definition.totals.rows);
  const figures: FigureColumn[] = orderOf(answer.columns, definition.columns.length, definition.totals.columns).flatMap((node) => answer.values.flatMap((value) => [
    { node, value, before: false }, ...(answer.before === null ? [] : [{ node, value, before: true }]),
  ]));
  const heads: ExportColumn[] = definition.rows.map(({ member, grain }) => ({ heads: [plain(titleOf(member, meanings, locale))], kind: grain === undefined ? 'text' : 'date', unit: null }));
  const columns = [...heads, ...figures.map((figure) => columnOf(figure, request))];
  const sums = sumsOf(request, rows, figures, heads.length);
  return { columns, rows: rows.map((at, place): ExportRow => {
    const level = answer.rows[at]?.level ?? 0;
    const cells = [...labelsOf(at, request), ...figures.map((figure) => figureOf(at, figure, request))];
    return { level, total: level < definition.rows.length, cells, sums: sums[place] ?? [] };
  }) };
}

function columnOf({ node, value, before }: FigureColumn, { answer, definition, locale }: ExportRequest): ExportColumn {
  const path = pathOf(answer.columns, node);
  const total = path.length < definition.columns.length ? [exportText('total', locale)] : [];
  const words = path.map((one, index) => wordOf(one, definition.columns[index], locale));
  const title = plain((locale === 'ar' && value.title_ar) || value.title);
  return { heads: [...words, ...total, before ? `${title} (${exportText('before', locale)})` : title], kind: kindOf(value.unit), unit: value.unit };
}

/** The cells in front of a row: its splits, and the word for a total behind the last one. */
function labelsOf(at: number, { answer, definition, locale }: ExportRequest): ExportCell[] {
  const path = pathOf(answer.rows, at);
  return definition.rows.map((split, index) => {
    const node = path[index];
    if (node !== undefined) return { text: keptOf(node, split, locale), shown: wordOf(node, split, locale) };
    return index === path.length ? { text: exportText('total', locale), shown: exportText('total', locale) } : { text: null, shown: '' };
  });
}

/** A value of a split as people call it. */
export function wordOf({ value, value_ar: arabic, others }: ReportNode, split: Split | undefined, locale: ExportRequest['locale']): string {
  if (others) return exportText('others', locale);
  if (value === null || value === '') return exportText('none', locale);
  const text = String(value);
  if (split?.grain !== undefined && isDay(text)) return split.grain.startsWith('fiscal_') ? text.slice(0, 10) : writeStep(text, split.grain, locale);
  return plain((locale === 'ar' && arabic) || valueText(split?.member ?? '', text, locale));
}

/** The same as it is kept: as the books have it, so that rows can be matched with others, and a step of time by its first day. */
function keptOf(node: ReportNode, split: Split, locale: ExportRequest['locale']): string | null {
  const { value, value_ar: arabic, others } = node;
  if (others) return exportText('others', locale);
  if (value === null || value === '') return null;
  const text = String(value);
  return split.grain !== undefined && isDay(text) ? text.slice(0, 10) : neutral(plain((locale === 'ar' && arabic) || text));
}

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}/.test(text);

function figureOf(at: number, { node, value, before }: FigureColumn, { answer, locale }: ExportRequest): ExportCell {
  const from = before ? answer.before : answer.cells;
  const text = from?.[value.key]?.[at * answer.columns.length + node] ?? null;
  return { text: text === null || /^-?\d+(\.\d+)?$/.test(text) ? text : neutral(plain(text)), shown: writeCell(text, kindOf(value.unit), locale, answer.currency ?? 'USD') };
}

/** The words above a column in one line. */
export const headOf = ({ heads }: ExportColumn): string => neutral(heads.join(' · '));
