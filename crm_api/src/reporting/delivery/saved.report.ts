import { CrmError } from '../../kernel/errors/crm.error.js';
import type { Call } from '../../kernel/context/call.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { readMeanings } from '../analytics/member.meanings.js';
import type { ReportingDay } from '../period/period.range.js';
import type { ReportEngine } from '../reports/engine/report.engine.js';
import { conditionsText, cutText, daysText, definitionsText } from '../reports/export/export.stamp.js';
import { exportTable, headOf } from '../reports/export/export.table.js';
import type { ExportRequest, ExportTable } from '../reports/export/export.types.js';
import { exportText } from '../reports/export/export.words.js';
import { reportChart } from '../reports/export/report.chart.js';
import { askerOf } from '../reports/export/report.export.js';
import type { ReportRow, VersionRow } from '../reports/saved/saved.types.js';
import type { MailLocale, Report, ReportPart } from './delivery.types.js';
import { mailText } from './delivery.words.js';
import { writeInstant } from './figure.words.js';

/** What a saved report is turned into a mail for. */
export interface SavedRequest {
  readonly saved: ReportRow;
  readonly version: VersionRow | undefined;
  readonly locale: MailLocale;
  readonly at: ReportingDay;
  /** Address of the product as people reach it, without a slash at the end. */
  readonly site: string;
  /** Whether files go along, which then have what the table has no room for. */
  readonly attached: boolean;
}

/** A saved report as its reader may see it: the mail's words, and what its files are made from; null where it cannot be computed with their eyes, and `problem` says why. */
export interface SavedAnswer {
  readonly report: Report;
  readonly request: ExportRequest | null;
  readonly problem: string | null;
}

// As much as can be read on a page of a mail program.
const most = { rows: 60, figures: 8 };

/** Why a report has no figures, in words for who reads it and cannot change it; what is not here is of the definition. */
const reasons: Readonly<Record<string, Parameters<typeof mailText>[0]>> = { report_member_unknown: 'refusedReport', query_forbidden: 'refusedReport', report_too_large: 'largeReport' };

/** The report as of now, by its current version. What the reader's rights or the definition refuse is said in the mail; what may pass rejects. */
export async function savedReport(deps: { readonly analytics: Pick<AnalyticsService, 'ask'>; readonly engine: ReportEngine }, call: Call, asked: SavedRequest): Promise<SavedAnswer> {
  const { saved, version, locale, at, site } = asked;
  const name = (locale === 'ar' ? saved.name_ar : null) ?? saved.name;
  const about = version === undefined ? [] : [mailText('version', locale, { version: saved.version, at: writeInstant(version.created_at.toISOString(), locale, at.zone), author: version.author_name ?? '–' })];
  const head = { title: name, of: 'report', about, locale, link: `${site}/reports/${saved.id}` } as const;
  try {
    const [answer, meanings] = await Promise.all([deps.engine.answer(call.actor, saved.definition, at), readMeanings(deps.analytics, call.actor)]);
    const request: ExportRequest = { definition: saved.definition, answer, meanings, locale, name, askedBy: askerOf(call.actor), madeAt: new Date() };
    const { watermark, consistent, currency, range } = answer;
    return { request, problem: null, report: { ...head, currency: currency ?? 'USD', watermark, consistent, period: range === null ? mailText('all', locale) : daysText(range), parts: [partOf(request, asked)] } };
  } catch (error) {
    if (!(error instanceof CrmError) || error.status >= 500) throw error;
    const problem = error.errors?.[0]?.code ?? error.code;
    const part: ReportPart = { id: 'report', title: name, definition: '', filters: '', columns: [], rows: [], cut: false, problem: mailText(reasons[problem] ?? 'brokenReport', locale) };
    return { request: null, problem, report: { ...head, currency: 'USD', watermark: null, consistent: true, period: mailText('all', locale), parts: [part] } };
  }
}

/** The table in text as far as it can be read, the chart as its picture, and what is left to the files. */
function partOf(request: ExportRequest, { attached }: SavedRequest): ReportPart {
  const { definition, answer, locale, name } = request;
  const table = exportTable(request);
  const places = shownRows(table);
  const heads = definition.rows.length;
  const columns = table.columns.slice(0, heads + most.figures);
  const figures = table.columns.length - heads;
  const chart = reportChart(request);
  const left = [
    ...(places.length < table.rows.length ? [mailText('rowsLeft', locale, { kept: places.length, of: table.rows.length })] : []), ...(figures > most.figures ? [mailText('columnsLeft', locale, { kept: most.figures, of: figures })] : []),
  ];
  const pictured = chart === null || chart.cut === '' ? [] : [chart.cut];
  return {
    id: 'report', title: chart === null || chart.title === '' ? name : chart.title, definition: definitionsText(request), filters: conditionsText(request) || exportText('noConditions', locale),
    columns: columns.map((column, at) => ({ member: '', title: headOf(column), kind: at < heads ? 'text' : column.kind })),
    rows: places.map((at) => columns.map((_, place) => { const cell = table.rows[at]?.cells[place]; return place < heads ? cell?.shown ?? '' : cell?.text ?? null; })),
    totals: new Set(places.flatMap((at, place) => (table.rows[at]?.total ? [place] : []))), shown: places.length, cut: false,
    left: [...pictured, ...left, ...(left.length > 0 ? [mailText(attached ? 'leftAttached' : 'leftOpen', locale)] : []), ...largerThanOne(answer.cut, locale)],
    ...(chart === null ? {} : { picture: chart.png }),
  };
}

/** The first rows, and the total of all, which stands last. */
function shownRows({ rows }: ExportTable): number[] {
  const all = rows.map((_, at) => at);
  return all.length <= most.rows ? all : [...all.slice(0, most.rows - 1), all.length - 1];
}

/** What the answer itself leaves out. */
function largerThanOne(cut: ExportRequest['answer']['cut'], locale: MailLocale): string[] {
  return cut.length === 0 ? [] : [mailText('cutAnswer', locale, { cut: cut.map((one) => cutText(one, locale)).join('; ') })];
}
