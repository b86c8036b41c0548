import type { AnalyticsService } from '../analytics/analytics.service.js';
import { readMeanings, type Meanings } from '../analytics/member.meanings.js';
import type { Watermark } from '../analytics/watermark.repository.js';
import type { Call } from '../../kernel/context/call.js';
import type { DashboardFilter, DashboardRow } from '../dashboards/dashboard.types.js';
import { isPeriod, rangeOf, type ReportingDay } from '../period/period.range.js';
import type { MailLocale, Report, ReportCell, ReportColumn, ReportPart } from './delivery.types.js';
import { mailText, operatorText } from './delivery.words.js';
import { definitionOf, kindOf, titleOf, writeCell, writeStep } from './figure.words.js';
import { listPart, type ListTile } from './list.part.js';
import { conditionsOf, daysOf, dimensionsOf, measuresOf, missingOf, mostRows, questionsOf, type FigureTile, type PlanPage } from './tile.plan.js';
import { valueText } from './value.words.js';

interface Answer { readonly data?: readonly Readonly<Record<string, unknown>>[]; readonly title?: string; readonly code?: string }
interface Batch { readonly watermark: Watermark | null; readonly consistent: boolean; readonly answers: Readonly<Record<string, Answer>> }

/** What a dashboard is turned into a report for. */
export interface ReportRequest {
  readonly dashboard: DashboardRow;
  readonly locale: MailLocale;
  readonly at: ReportingDay;
  /** Address of the product as people reach it, without a slash at the end. */
  readonly site: string;
}

const drawn = { bar: 'bar', hbar: 'hbar', ranking: 'hbar', funnel: 'hbar', line: 'line', waterfall: 'waterfall' } as const;
const shownParts = 12;
const shownSteps = 36;

/** A dashboard's numbers as its reader may see them, all asked together and of one position of the data. */
export async function dashboardReport(analytics: Pick<AnalyticsService, 'ask' | 'batch'>, call: Call, { dashboard, locale, at, site }: ReportRequest): Promise<Report> {
  const meanings = await readMeanings(analytics, call.actor);
  const period = isPeriod(dashboard.period) ? dashboard.period : 'last12Months';
  const page: PlanPage = { at, period, filters: dashboard.filters, has: (member) => meanings.has(member) };
  const tiles = [...dashboard.layout.tiles].sort((a, b) => a.y - b.y || a.x - b.x);
  const figures = tiles.filter(({ kind }) => kind !== 'list') as unknown as readonly FigureTile[];
  const asked = figures.filter((tile) => missingOf(tile, page).length === 0);
  const queries = asked.flatMap((tile) => questionsOf(tile, page));
  const batch = queries.length === 0 ? { watermark: null, consistent: true, answers: {} } : JSON.parse(await analytics.batch(call.actor, queries)) as Batch;
  const currency = currencyOf(batch.answers) ?? 'USD';
  const make = { meanings, locale, currency, page, answers: batch.answers };
  const parts: ReportPart[] = [];
  for (const tile of tiles) parts.push(tile.kind === 'list' ? await listPart(call, tile as unknown as ListTile, locale) : figurePart(tile as unknown as FigureTile, make));
  const range = rangeOf(period, at);
  return {
    title: (locale === 'ar' ? dashboard.name_ar : null) ?? dashboard.name, of: 'dashboard', locale, currency, watermark: batch.watermark, consistent: batch.consistent, parts, link: `${site}/?dashboard=${dashboard.key ?? dashboard.id}`,
    period: range === null ? mailText('all', locale) : range.map((day) => writeCell(day, 'date', locale, currency)).join(' – '),
  };
}

interface Making { readonly meanings: Meanings; readonly locale: MailLocale; readonly currency: string; readonly page: PlanPage; readonly answers: Readonly<Record<string, Answer>> }

function figurePart(tile: FigureTile, make: Making): ReportPart {
  const { meanings, locale, page, answers, currency } = make;
  const measures = measuresOf(tile);
  const [first = ''] = measures;
  const own = (locale === 'ar' ? tile.title_ar : tile.title) ?? tile.title;
  const base = { id: tile.id, title: own ?? titleOf(first, meanings, locale), definition: definitionOf(first, meanings, locale), filters: filterText(tile, make), columns: [] as ReportColumn[], rows: [] as ReportCell[][], cut: false };
  if (missingOf(tile, page).length > 0) return { ...base, definition: '', problem: mailText('hidden', locale) };
  const answer = answers[tile.id];
  if (!answer?.data) return { ...base, problem: `${mailText('failed', locale)}${answer?.code === undefined ? '' : ` (${answer.code})`}` };
  const kind = kindOf(meanings.get(first)?.unit ?? '');
  const columns: ReportColumn[] = [...headOf(tile, make), ...measures.map((member) => ({ member, title: titleOf(member, meanings, locale), kind: kindOf(meanings.get(member)?.unit ?? '') }))];
  const rows = answer.data.map((row) => columns.map(({ member }) => cell(row[member] ?? (tile.grain !== undefined && member === tile.date ? row[`${member}.${tile.grain}`] : undefined))));
  const named = rows.map((row) => row.map((value, index) => nameOf(value, columns[index], tile, locale)));
  if (tile.kind === 'kpi') {
    const before = answers[`${tile.id}:before`]?.data?.[0]?.[first];
    return { ...base, columns, rows, value: { text: writeCell(cell(answer.data[0]?.[first]), kind, locale, currency), before: before === undefined ? null : writeCell(cell(before), kind, locale, currency) } };
  }
  const chart = tile.chart === undefined || tile.chart === 'table' ? undefined : drawn[tile.chart];
  const heads = columns.length - measures.length;
  return {
    ...base, columns, rows: named, cut: answer.data.length >= mostRows,
    ...(chart === undefined ? {} : { chart: { kind: chart, shown: Math.min(tile.limit ?? shownSteps, tile.grain === undefined ? shownParts : shownSteps), category: 0, measures: chart === 'waterfall' || chart === 'line' || tile.grain !== undefined ? measures.map((_, index) => heads + index) : [heads] } }),
  };
}

/** The columns in front of the measures: the step of time, then the part in the reader's language. */
function headOf(tile: FigureTile, { meanings, locale, page }: Making): ReportColumn[] {
  const time: ReportColumn[] = tile.date !== undefined && tile.grain !== undefined ? [{ member: tile.date, title: titleOf(tile.date, meanings, locale), kind: 'text' }] : [];
  if (tile.dimension === undefined) return time;
  const arabic = `${tile.dimension}_ar`;
  const member = locale === 'ar' && dimensionsOf(tile, page.has).includes(arabic) ? arabic : tile.dimension;
  return [...time, { member, title: titleOf(tile.dimension, meanings, locale), kind: 'text' }];
}

/** A value of a head as people call it; measures stay as they are. */
function nameOf(value: ReportCell, column: ReportColumn | undefined, tile: FigureTile, locale: MailLocale): ReportCell {
  if (column?.kind !== 'text') return value;
  if (tile.grain !== undefined && column.member === tile.date) return value === null ? null : writeStep(value, tile.grain, locale);
  return value === null || value === '' ? mailText('nothing', locale) : value;
}

function filterText(tile: FigureTile, { meanings, locale, page, currency }: Making): string {
  const words = ({ member, operator, values = [] }: DashboardFilter): string => `${titleOf(member, meanings, locale)} ${operatorText(operator, locale)} ${values.map((value) => valueText(member, value, locale)).join(locale === 'ar' ? '، ' : ', ')}`.trim();
  const range = tile.date === undefined ? null : daysOf(tile, page);
  return [
    ...(tile.date === undefined ? [] : [`${titleOf(tile.date, meanings, locale)}: ${range === null ? mailText('all', locale) : range.map((day) => writeCell(day, 'date', locale, currency)).join(' – ')}`]),
    ...(missingOf(tile, page).length > 0 ? [] : conditionsOf(tile, page).map(words)),
  ].join('; ');
}

const cell = (value: unknown): ReportCell => (value === null || value === undefined ? null : String(value as string | number | boolean));

function currencyOf(answers: Batch['answers']): string | null {
  for (const { data } of Object.values(answers)) {
    for (const [member, value] of Object.entries(data?.[0] ?? {})) if (member.endsWith('.reporting_currency') && typeof value === 'string' && /^[A-Z]{3}$/.test(value)) return value;
  }
  return null;
}
