import type { Reader } from '../../kernel/context/call.js';
import { scopeOf, type Actor } from '../../kernel/context/actor.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { readMeanings } from '../analytics/member.meanings.js';
import type { ReportingDay } from '../period/period.range.js';
import type { ReportAnswer, ReportDefinition, ReportValue } from '../reports/definition/report.types.js';
import { ofTotal, ordered } from '../reports/engine/calculation.js';
import type { ReportEngine } from '../reports/engine/report.engine.js';
import { pathOf } from '../reports/export/export.table.js';
import { findReport } from '../reports/saved/report.repository.js';
import type { ReportRow } from '../reports/saved/saved.types.js';
import { noPeriod, noRows, shareUnusual, unknownReport, unknownReportValue, unusualRows } from './alert.errors.js';
import { judgeAnomaly, judgeThreshold } from './alert.judge.js';
import { courseOf, historyRange } from './alert.question.js';
import type { Condition, Finding, Found, FoundRow, ReportQuestion } from './alert.types.js';

/** What a report's value is looked at with. */
export interface ReportLook {
  readonly actor: Actor;
  readonly question: ReportQuestion;
  readonly condition: Condition;
  readonly at: ReportingDay;
}

type Engine = Pick<ReportEngine, 'answer'>;
type Threshold = Extract<Condition, { kind: 'above' | 'below' }>;
type Anomaly = Extract<Condition, { kind: 'anomaly' }>;

/** As many as a notification can name, and as are compared with those of the look before. */
export const keptRows = 50;

/** What a saved report says of its value now, by the engine and the eyes of who asks. @throws CrmError 422 where the value cannot be watched in this way. */
export async function lookAtReport(deps: { readonly engine: Engine; readonly analytics: Pick<AnalyticsService, 'ask'> }, db: Reader, { actor, question, condition, at }: ReportLook): Promise<Finding> {
  const saved = scopeOf(actor, 'reports', 'read') === null ? undefined : await findReport(db, { actor }, question.report_id, false);
  if (!saved) throw unknownReport();
  const value = saved.definition.values.find(({ key }) => key === question.value);
  if (!value) throw unknownReportValue(question.value, saved.definition.values.map(({ key }) => key));
  return condition.kind === 'anomaly' ? unusual(deps, { actor, question, condition, at, saved, value }) : beyond(deps.engine, { actor, question, condition, at, saved });
}

/** The total, or any row, on the wrong side of a threshold. */
async function beyond(engine: Engine, { actor, question, condition, at, saved }: { readonly actor: Actor; readonly question: ReportQuestion; readonly condition: Threshold; readonly at: ReportingDay; readonly saved: ReportRow }): Promise<Finding> {
  const { definition } = saved;
  if (question.rows === 'any' && definition.rows.length === 0) throw noRows();
  const answer = await engine.answer(actor, definition, at);
  const cells = answer.cells[question.value] ?? [];
  if (question.rows === 'total') return findingOf(saved, question, answer, cells[0] ?? null, judgeThreshold(condition, cells[0] ?? null), []);
  // The first column is that of all columns. What is left of a choice of the first ones is no row by itself.
  const rows = answer.rows.flatMap(({ level, others }, at): FoundRow[] => {
    const text = cells[at * answer.columns.length] ?? null;
    return level < definition.rows.length || others || text === null ? [] : [{ splits: splitsOf(answer, definition, at), value: text }];
  }).sort((one, other) => ordered(one.value, other.value, condition.kind === 'above' ? 'desc' : 'asc'));
  const crossed = rows.filter(({ value }) => judgeThreshold(condition, value).state === 'firing');
  const [first] = rows;
  const verdict = crossed.length === 0 && answer.cut.some(({ what }) => what === 'rows')
    // What was not answered may have crossed.
    ? { state: 'unknown' as const, expected: null, problem: 'report_too_large' }
    : judgeThreshold(condition, first?.value ?? null);
  return findingOf(saved, question, answer, first?.value ?? null, verdict, crossed);
}

/** The total of the last whole day or month against those like it before, by the time of the report's period. */
async function unusual({ engine, analytics }: { readonly engine: Engine; readonly analytics: Pick<AnalyticsService, 'ask'> }, { actor, question, condition, at, saved, value }: { readonly actor: Actor; readonly question: ReportQuestion; readonly condition: Anomaly; readonly at: ReportingDay; readonly saved: ReportRow; readonly value: ReportValue }): Promise<Finding> {
  const { definition } = saved;
  if (question.rows === 'any') throw unusualRows();
  if (!definition.period) throw noPeriod();
  if ('calculation' in value && ofTotal(value.calculation)) throw shareUnusual();
  const { grain } = condition;
  const { member } = definition.period;
  const course: ReportDefinition = { ...definition, rows: [], columns: [{ member, grain }], having: [], top: null, sort: null, compare: null, totals: { rows: true, columns: true }, period: { member, range: historyRange(grain, at.today) }, show: { shape: 'table' } };
  const answer = await engine.answer(actor, course, at);
  const cells = answer.cells[question.value] ?? [];
  const byDay = new Map(answer.columns.flatMap((node, index) => (node.level === 1 ? [[String(node.value).slice(0, 10), cells[index] ?? null] as const] : [])));
  const additive = 'measure' in value && ((await readMeanings(analytics, actor)).get(value.measure)?.additive ?? false);
  const found = courseOf(byDay, grain, additive, at.today);
  return findingOf(saved, question, answer, found.value, judgeAnomaly(condition, found.value, found.history), []);
}

function findingOf(saved: ReportRow, question: ReportQuestion, answer: ReportAnswer, value: string | null, verdict: Pick<Finding, 'state' | 'expected' | 'problem'>, crossed: readonly FoundRow[]): Finding {
  const told = answer.values.find(({ key }) => key === question.value);
  const { id, name, name_ar, version } = saved;
  const found: Found = { report: { id, name, name_ar, version }, title: told?.title ?? question.value, title_ar: told?.title_ar ?? question.value, unit: told?.unit ?? 'number', rows: crossed.slice(0, keptRows), count: crossed.length };
  return { ...verdict, value, watermark: { lsn: answer.watermark.lsn, committed_at: answer.watermark.committed_at }, query: null, found };
}

const splitsOf = (answer: ReportAnswer, { rows }: ReportDefinition, at: number): FoundRow['splits'] =>
  pathOf(answer.rows, at).map(({ value, value_ar }, index) => ({ member: rows[index]?.member ?? '', ...(rows[index]?.grain === undefined ? {} : { grain: rows[index].grain }), value, value_ar }));

/** The rows of a finding that had not crossed at the look before; null where there are too many to tell. */
export function freshRows(before: Found | null, now: Found | null): readonly FoundRow[] | null {
  if (!now || now.count > keptRows || (before?.count ?? 0) > keptRows) return null;
  const known = new Set((before?.rows ?? []).map(keyOf));
  return now.rows.filter((row) => !known.has(keyOf(row)));
}

const keyOf = ({ splits }: FoundRow): string => JSON.stringify(splits.map(({ member, value }) => [member, value]));
