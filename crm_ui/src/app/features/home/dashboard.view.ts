import { MemberMeaning, Row } from '@core/analytics/analytics.client';
import { Change, changeOf } from '@core/analytics/change';
import { Proof, Watermark } from '@core/analytics/cube.transport';
import { addDays, DayRange, Period, startOfDay, trendRange } from '@core/analytics/period';
import { ListFilter } from '@core/api/list.query';
import { formatDate, formatDays, formatMoney, formatNumber, formatPercent, LocaleTag, toDate, toNumber } from '@core/format/format';
import { knownValue } from '@core/i18n/known.value';
import { ChartPoint } from '@shared/chart/chart-card.component';
import { Snapshot } from './dashboard.store';
import { Split } from './dashboard.queries';
import { KpiDefinition, KpiKind, KPIS } from './kpi.definitions';

/** What the words of a view need. */
export interface Reader {
  readonly tag: LocaleTag;
  readonly arabic: boolean;
  readonly currency: string;
  readonly text: (key: string, values?: Record<string, unknown>) => string;
}

/** One tile, ready to draw. */
export interface Tile {
  readonly definition: KpiDefinition;
  readonly title: string;
  readonly description: string;
  readonly formula: string;
  readonly value: string;
  readonly full: string;
  readonly unit: string;
  readonly change: Change | null;
  readonly versusTitle: string;
  readonly note: string;
  readonly trend: readonly (number | null)[];
  readonly watermark: Watermark | null;
  readonly proof: Proof | null;
  readonly traceId: string;
}

const MAX_MONTHS = 36;
const MONTHS_OF_ONE_YEAR = 13;
/** Key of the part whose rows have no value. */
const NONE = '∅';

/** A number in the form of its kind; `exact` for tooltips. */
export function writeKpi(value: unknown, kind: KpiKind, reader: Reader, exact = false): string {
  switch (kind) {
    case 'money': case 'moneyPerDay': return formatMoney(value, reader.currency, reader.tag, exact ? 'full' : 'compact');
    case 'percent': return formatPercent(value, reader.tag, exact ? 2 : 1);
    case 'days': return formatDays(value, reader.tag, exact ? 1 : 0);
    case 'number': return formatNumber(value, reader.tag);
  }
}

/** The currency that the answers are in. */
export function currencyOf(snapshot: Snapshot | null, fallback: string): string {
  const row = snapshot?.answers['now']?.rows[0] ?? snapshot?.answers['closed']?.rows[0];
  const code = row?.['deals.reporting_currency'];
  return typeof code === 'string' && /^[A-Z]{3}$/.test(code) ? code : fallback;
}

/** Title, description and formula of a member in the reader's language; the dictionary of texts stands in where the semantic layer has none. */
export function meaningOf(key: string, meaning: MemberMeaning | undefined, reader: Reader): { title: string; description: string; formula: string } {
  const title = key === 'count' ? '' : ((reader.arabic ? meaning?.titleAr : meaning?.title) ?? '');
  const description = key === 'count' ? '' : ((reader.arabic ? meaning?.descriptionAr : meaning?.description) ?? '');
  return { title: title || reader.text(`home.kpi.${key}`), description: description || reader.text(`home.definitions.${key}`), formula: key === 'count' ? '' : (meaning?.formula ?? '') };
}

/** The tiles; MRR takes the place of new deals where there are subscriptions. */
export function tilesOf(snapshot: Snapshot, meanings: ReadonlyMap<string, MemberMeaning>, reader: Reader): Tile[] {
  const recurring = toNumber(snapshot.answers['mrr']?.rows[0]?.['subscriptions.mrr']);
  const shown = KPIS.filter(({ key }) => (key === 'mrr' ? recurring !== null && recurring > 0 : key !== 'count' || !recurring));
  return shown.map((definition) => tileOf(definition, snapshot, meanings.get(definition.member), reader));
}

function tileOf(definition: KpiDefinition, snapshot: Snapshot, meaning: MemberMeaning | undefined, reader: Reader): Tile {
  const { member, answer, kind, change, better } = definition;
  const current = snapshot.answers[answer];
  const value = current?.rows[0]?.[member];
  const before = snapshot.answers[`${answer}Before`]?.rows[0]?.[member];
  const open = snapshot.answers['now']?.rows[0]?.['deals.open_count'];
  return {
    definition,
    ...meaningOf(definition.key, meaning, reader),
    value: writeKpi(value, kind, reader),
    full: writeKpi(value, kind, reader, true),
    unit: kind === 'moneyPerDay' && toNumber(value) !== null ? reader.text('home.kpi.perDay') : '',
    change: answer === 'now' || answer === 'mrr' ? null : changeOf(value, before, change, better),
    versusTitle: before === undefined || !snapshot.period.previous ? '' : reader.text('home.versusValue', { value: writeKpi(before, kind, reader, true), period: rangeText(snapshot.period.previous, reader) }),
    note: definition.key === 'open_amount' && toNumber(open) !== null ? dealsText(open, reader) : reader.text(answer === 'now' || answer === 'mrr' ? 'home.now' : 'home.noComparison'),
    trend: answer === 'closed' || answer === 'created' ? monthsOf(snapshot, `${answer}Trend`, answer === 'closed' ? 'deals.closed_at' : 'deals.created_at').map((month) => trendValue(month.row?.[member], kind)) : [],
    watermark: current?.watermark ?? null,
    proof: current?.proof ?? null,
    traceId: current?.traceId ?? '',
  };
}

/** A month without a row had nothing: zero for sums and counts, unknown for ratios and durations. */
const trendValue = (value: unknown, kind: KpiKind): number | null => toNumber(value) ?? (kind === 'money' || kind === 'number' ? 0 : null);

/** The period's months with their rows, none left out. */
export function monthsOf(snapshot: Snapshot, answer: string, dimension: string): { month: string; row: Row | undefined }[] {
  const rows = new Map<string, Row>();
  for (const row of snapshot.answers[answer]?.rows ?? []) {
    const value = row[`${dimension}.month`] ?? row[dimension];
    if (typeof value === 'string') rows.set(value.slice(0, 7), row);
  }
  const range = trendRange(snapshot.period);
  const known = [...rows.keys()].sort();
  const first = range?.[0].slice(0, 7) ?? known[0];
  const last = range?.[1].slice(0, 7) ?? known.at(-1);
  if (!first || !last) return [];
  const months: string[] = [];
  for (let date = new Date(`${first}-01T00:00:00Z`); date.toISOString().slice(0, 7) <= last; date.setUTCMonth(date.getUTCMonth() + 1)) months.push(date.toISOString().slice(0, 7));
  return months.slice(-MAX_MONTHS).map((month) => ({ month, row: rows.get(month) }));
}

/** Won revenue by month. */
export function wonByMonth(snapshot: Snapshot, reader: Reader): ChartPoint[] {
  const months = monthsOf(snapshot, 'closedTrend', 'deals.closed_at');
  if (months.every(({ row }) => !toNumber(row?.['deals.won_amount']))) return [];
  return months.map(({ month, row }) => {
    const value = toNumber(row?.['deals.won_amount']) ?? 0;
    const day = `${month}-01`;
    // Over more than a year every label names its year, because not every month has room for one.
    const january = month.endsWith('-01') || months.length === 1 || months.length > MONTHS_OF_ONE_YEAR;
    return { key: month, label: formatDate(day, reader.tag, 'month'), axis: january ? formatDate(day, reader.tag, 'monthShort') : shortMonth(day, reader.tag), value, text: formatMoney(value, reader.currency, reader.tag, 'whole'), detail: wonDealsText(row?.['deals.won_count'] ?? 0, reader) };
  });
}

/** Open pipeline by stage, in the order of the stages. */
export function stages(snapshot: Snapshot, reader: Reader): ChartPoint[] {
  const rows = [...(snapshot.answers['stages']?.rows ?? [])].sort((a, b) => (toNumber(a['deals.stage_position']) ?? 99) - (toNumber(b['deals.stage_position']) ?? 99));
  return rows.map((row) => {
    const value = toNumber(row['deals.open_amount']) ?? 0;
    return { key: keyOf(row['deals.stage_id'] ?? row['deals.stage']), label: nameOf(row, 'deals.stage', reader), value, text: formatMoney(value, reader.currency, reader.tag, 'compact'), detail: dealsText(row['deals.open_count'], reader) };
  });
}

/** The people who won most. */
export function reps(snapshot: Snapshot, reader: Reader): ChartPoint[] {
  return (snapshot.answers['reps']?.rows ?? [])
    .filter((row) => (toNumber(row['deals.won_amount']) ?? 0) > 0)
    .map((row) => ({ key: keyOf(row['deals.owner_id'] ?? row['deals.owner']), label: nameOf(row, 'deals.owner', reader), value: toNumber(row['deals.won_amount']) ?? 0, text: formatMoney(row['deals.won_amount'], reader.currency, reader.tag, 'compact'), detail: `${wonDealsText(row['deals.won_count'], reader)} · ${formatPercent(row['deals.win_rate'], reader.tag, 0)}` }));
}

/** Win rate by the parts of a split. */
export function winRates(snapshot: Snapshot, split: Split, reader: Reader): ChartPoint[] {
  return (snapshot.answers['split']?.rows ?? [])
    .filter((row) => toNumber(row['deals.win_rate']) !== null)
    .map((row) => ({ key: keyOf(row[`deals.${split}_id`] ?? row[`deals.${split}`]), label: partName(row, split, reader), value: toNumber(row['deals.win_rate']) ?? 0, text: formatPercent(row['deals.win_rate'], reader.tag), detail: wonDealsText(row['deals.won_count'], reader) }));
}

/** How far the deals of the period came. */
export function funnel(snapshot: Snapshot, reader: Reader): ChartPoint[] {
  return (snapshot.answers['funnel']?.rows ?? []).map((row) => {
    const rate = toNumber(row['stage_funnel.conversion_rate']);
    return { key: keyOf(row['stage_funnel.stage']), label: nameOf(row, 'stage_funnel.stage', reader), value: toNumber(row['stage_funnel.count']) ?? 0, text: formatNumber(row['stage_funnel.count'], reader.tag), detail: rate === null ? undefined : reader.text('home.charts.wentOn', { share: formatPercent(rate, reader.tag, 0) }) };
  });
}

/** The list conditions that show the deals behind a number; the days of the range are those of the reporting zone. */
export function rowsBehind(kind: 'won' | 'decided' | 'open' | 'created', range: DayRange | null, zone = 'UTC'): ListFilter[] {
  const dated = (field: string): ListFilter[] => (range === null ? [] : [{ field, operator: 'gte', value: startOfDay(range[0], zone) }, { field, operator: 'lt', value: startOfDay(addDays(range[1], 1), zone) }]);
  switch (kind) {
    case 'won': return [{ field: 'status', operator: 'eq', value: 'won' }, ...dated('closed_at')];
    case 'decided': return [{ field: 'status', operator: 'in', value: 'won,lost' }, ...dated('closed_at')];
    case 'open': return [{ field: 'status', operator: 'eq', value: 'open' }];
    case 'created': return dated('created_at');
  }
}

/** The condition of one part of a chart; a part without a value is the rows that have none. */
export function partFilter(field: string, key: string): ListFilter {
  return key === NONE ? { field, operator: 'null', value: 'true' } : { field, operator: 'eq', value: key };
}

/** The days of a month, for drilling into a bar. */
export function monthRange(month: string): DayRange {
  const start = new Date(`${month}-01T00:00:00Z`);
  return [`${month}-01`, new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 0)).toISOString().slice(0, 10)];
}

/** A range in the reader's words. */
export function rangeText([from, to]: DayRange, reader: Pick<Reader, 'tag'>): string {
  const [start, end] = [toDate(from), toDate(to)];
  if (!start || !end) return '';
  return new Intl.DateTimeFormat(reader.tag, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).formatRange(start, end);
}

/** What the period is compared with, in the reader's words. */
export function versusText(period: Period | null, reader: Reader): string {
  return period?.previous ? reader.text(`home.versusBy.${period.key}`) : '';
}

const keyOf = (value: unknown): string => (value === null || value === undefined || value === '' ? NONE : String(value));
const shortMonth = (day: string, tag: LocaleTag): string => new Intl.DateTimeFormat(tag, { month: 'short', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
const counted = (value: unknown, reader: Reader): { value: number; text: string } => ({ value: toNumber(value) ?? 0, text: formatNumber(toNumber(value) ?? 0, reader.tag) });
const dealsText = (value: unknown, reader: Reader): string => reader.text('home.charts.deals', { count: counted(value, reader) });
const wonDealsText = (value: unknown, reader: Reader): string => reader.text('home.charts.wonDeals', { count: counted(value, reader) });

/** Regions and sources are data, but most of them have words in both languages. */
function partName(row: Row, split: Split, reader: Reader): string {
  const name = nameOf(row, `deals.${split}`, reader);
  return split === 'product' ? name : knownValue(split, name, (key) => reader.text(key));
}

function nameOf(row: Row, member: string, reader: Reader): string {
  const arabic = row[`${member}_ar`];
  const name = reader.arabic && typeof arabic === 'string' && arabic !== '' ? arabic : row[member];
  return name === null || name === undefined || name === '' ? reader.text('home.charts.none') : String(name);
}
