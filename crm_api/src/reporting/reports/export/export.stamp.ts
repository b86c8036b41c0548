import { definitionOf, titleOf } from '../../delivery/figure.words.js';
import { operatorText } from '../../delivery/delivery.words.js';
import { valueText } from '../../delivery/value.words.js';
import { neutral } from '../../delivery/report.files.js';
import type { DashboardFilter } from '../../dashboards/dashboard.types.js';
import type { DayRange } from '../../period/period.range.js';
import type { ReportCondition, ReportCut } from '../definition/report.types.js';
import { plain } from './export.table.js';
import { exportText, stampLabel } from './export.words.js';
import type { ExportRequest, StampKey, StampLine } from './export.types.js';

// Below what a cell of a spreadsheet holds (32,767), with room for what a reader adds.
const longest = 32_000;
const cutWords = { rows: 'cutRows', columns: 'cutColumns', having: 'cutHaving', top: 'cutTop' } as const;

/** Where a file comes from, in words: what was asked, of which state of the books, by whom and when, by which definitions. `notes` are those of the file's own form. */
export function stampOf(request: ExportRequest, notes: readonly string[] = []): StampLine[] {
  const { definition, answer, locale, name, askedBy, madeAt } = request;
  const { watermark, proof } = answer;
  const splits = [...definition.rows, ...definition.columns].map(({ member, grain }) => `${titleOf(member, request.meanings, locale)}${grain === undefined ? '' : ` (${grain})`}`);
  const lines: [StampKey, string][] = [
    ['report', name], ['view', definition.view], ...(splits.length === 0 ? [] : [['split', splits.join(comma(locale))] as [StampKey, string]]),
    ['conditions', conditionsText(request) || exportText('noConditions', locale)],
    ['period', answer.range === null ? exportText('all', locale) : `${definition.period === null ? '' : `${titleOf(definition.period.member, request.meanings, locale)}: `}${daysText(answer.range)}`],
    ...(answer.compared === null ? [] : [['compared', daysText(answer.compared)] as [StampKey, string]]),
    ['asked', askedBy], ['made', madeAt.toISOString()], ['watermark', `${watermark.committed_at} (${exportText('position', locale)} ${watermark.lsn})`],
    ...(answer.consistent ? [] : [['moved', exportText('moving', locale)] as [StampKey, string]]),
    ['definitions', definitionsText(request)],
    ...(answer.currency === null ? [] : [['currency', answer.currency] as [StampKey, string]]),
    ['proof', proofText(proof, locale)], ...answer.cut.map((cut): [StampKey, string] => ['cut', cutText(cut, locale)]),
    ['definition', JSON.stringify(definition)], ...notes.map((note): [StampKey, string] => ['note', note]),
  ];
  return lines.map(([key, text]) => ({ key, label: stampLabel(key, locale), text: short(neutral(plain(text))) }));
}

const comma = (locale: ExportRequest['locale']): string => (locale === 'ar' ? '، ' : ', ');
/** A stretch of days by its first and its last. */
export const daysText = ([from, to]: DayRange): string => `${from} – ${to}`;
const short = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

/** The conditions on rows of the books and on values, in words. */
export function conditionsText({ definition, answer, meanings, locale }: ExportRequest): string {
  const one = ({ member, operator, values = [] }: DashboardFilter): string => `${titleOf(member, meanings, locale)} ${operatorText(operator, locale)} ${values.map((value) => valueText(member, value, locale)).join(comma(locale))}`.trim();
  const words = (condition: ReportCondition): string => ('any' in condition ? `(${condition.any.map(one).join(` ${exportText('or', locale)} `)})` : one(condition));
  const titles = new Map(answer.values.map((value) => [value.key, (locale === 'ar' && value.title_ar) || value.title]));
  return [...definition.filters.map(words), ...definition.having.map(({ value, operator, number }) => `${titles.get(value) ?? value} ${operatorText(operator, locale)} ${number}`)].join('; ');
}

/** What each value is, and by which version of its definition. */
export const definitionsText = (request: ExportRequest): string => request.answer.values.map((value) => definedText(value, request)).join('; ');

function definedText({ measure, title, title_ar: arabic, version }: ExportRequest['answer']['values'][number], { meanings, locale }: ExportRequest): string {
  const name = (locale === 'ar' && arabic) || title;
  if (measure === null) return name;
  const words = definitionOf(measure, meanings, locale);
  return `${name} = ${measure}${version === null ? '' : ` ${exportText('version', locale)} ${version}`}${words === '' ? '' : ` (${words})`}`;
}

function proofText(proof: ExportRequest['answer']['proof'], locale: ExportRequest['locale']): string {
  if (proof === null || typeof proof['equal'] !== 'boolean') return exportText('unproven', locale);
  return exportText(proof['equal'] ? 'proven' : 'unequal', locale, { at: String(proof['checked_at'] ?? proof['committed_at'] ?? '') });
}

/** What is left out, in words. */
export const cutText = ({ what, kept, of }: ReportCut, locale: ExportRequest['locale']): string => exportText(cutWords[what], locale, { kept, of: of ?? exportText('unknown', locale) });

/** Days and instants keep their order inside Arabic. */
const isolated = (text: string): string => text.replaceAll(/\d{4}-\d{2}-\d{2}[\dT:.Z]*( – \d{4}-\d{2}-\d{2})?/g, '\u2066$&\u2069');

/** The stamp in few lines, for the head of a page: conditions, period, state of the books. */
export const headLines = (stamp: readonly StampLine[]): string[] =>
  stamp.filter(({ key }) => ['conditions', 'period', 'compared', 'watermark', 'moved', 'cut', 'note'].includes(key)).map(({ label, text }) => `${label}: ${isolated(text)}`);
