import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import type { Actor } from '../../kernel/context/actor.js';
import type { Reader } from '../../kernel/context/call.js';
import { CrmError } from '../../kernel/errors/crm.error.js';
import type { Calendar } from '../../workspace/settings/calendar.model.js';
import type { AnalyticsService } from '../analytics/analytics.service.js';
import { readMeanings } from '../analytics/member.meanings.js';
import { ReportEngine } from '../reports/engine/report.engine.js';
import { judgeAnomaly, judgeThreshold } from './alert.judge.js';
import { numberQuery, queryOf, seriesOf, valueOf } from './alert.question.js';
import { freshRows, lookAtReport } from './alert.report.js';
import { findAlert, noteFinding } from './alert.repository.js';
import type { AlertRow, Condition, Finding, Question } from './alert.types.js';
import { reportingDay, type ReportingDay } from '../period/period.range.js';
import { notify } from './notification.repository.js';

type Analytics = Pick<AnalyticsService, 'ask' | 'batch' | 'load' | 'stream'>;
interface Watched { readonly question: Question; readonly condition: Condition; readonly additive: boolean }

/** Asks for the number of an alert with its owner's eyes, and keeps what comes of it. */
export class AlertChecker {
  private readonly engine: ReportEngine;

  constructor(private readonly analytics: Analytics) {
    this.engine = new ReportEngine(analytics);
  }

  /** What the number says now, in the days of a calendar. An error that is the question's own (a member that is gone or hidden) is a finding; others reject. */
  async look(db: Reader, actor: Actor, watched: Watched, calendar: Calendar, now = new Date()): Promise<Finding> {
    const at = reportingDay(calendar, now);
    try {
      return await this.find(db, actor, watched, at);
    } catch (error) {
      if (!(error instanceof CrmError) || error.status >= 500) throw error;
      const query = 'measure' in watched.question ? numberQuery(watched.question, watched.condition, at) : null;
      return { state: 'unknown', value: null, expected: null, problem: error.errors?.[0]?.code ?? error.code, watermark: null, query, found: null };
    }
  }

  /** The same, but every error rejects. */
  async find(db: Reader, actor: Actor, { question, condition, additive }: Watched, at: ReportingDay): Promise<Finding> {
    if ('report_id' in question) return lookAtReport({ engine: this.engine, analytics: this.analytics }, db, { actor, question, condition, at });
    const { watermark, rows } = await this.analytics.load(actor, queryOf(question, condition, at));
    const found = condition.kind === 'anomaly' ? seriesOf(rows, question, condition.grain, additive, at) : { value: valueOf(rows[0]?.[question.measure]), history: [] };
    const verdict = condition.kind === 'anomaly' ? judgeAnomaly(condition, found.value, found.history) : judgeThreshold(condition, found.value);
    return { ...verdict, value: found.value, watermark: { lsn: watermark.lsn, committed_at: watermark.committed_at }, query: numberQuery(question, condition, at), found: null };
  }

  /** Whether days without rows count as zero for a measure; undefined where the caller is not shown it. */
  async additive(actor: Actor, measure: string): Promise<boolean | undefined> {
    const found = (await readMeanings(this.analytics, actor)).get(measure);
    return found?.measure ? found.additive : undefined;
  }

  /** Looks and keeps the finding, unless the alert was changed or deleted meanwhile. Beginning and end of firing are told to the owner, each once. */
  async check(db: Knex, actor: Actor, alert: AlertRow, calendar: Calendar): Promise<void> {
    const finding = await this.look(db, actor, alert, calendar);
    await db.transaction((trx) => keepFinding(trx, alert, finding));
  }
}

/** Most rows that a notification names. */
const toldRows = 20;

/** Keeps a finding and tells of a change of state, and of rows of a report that cross beside others, in one transaction: two looks at once cannot tell twice. */
export async function keepFinding(trx: Knex.Transaction, seen: Pick<AlertRow, 'id' | 'question' | 'condition'>, finding: Finding): Promise<void> {
  const current = await findAlert(trx, null, seen.id, true);
  if (!current || !isDeepStrictEqual([current.question, current.condition], [seen.question, seen.condition])) return;
  const begins = finding.state === 'firing' && current.firing_since === null;
  const ends = finding.state === 'ok' && current.firing_since !== null;
  const more = finding.state === 'firing' && !begins ? freshRows(current.found, finding.found) ?? [] : [];
  await noteFinding(trx, current.id, finding, begins ? new Date() : ends ? null : current.firing_since);
  if (!begins && !ends && more.length === 0) return;
  const { question } = current;
  const rows = begins ? finding.found?.rows ?? [] : more;
  await notify(trx, current.owner_id, {
    kind: ends ? 'alert_ended' : 'alert_firing', title: current.name,
    params: {
      alert_id: current.id, ...('measure' in question ? { measure: question.measure } : {}), value: finding.value, expected: finding.expected, condition: current.condition, watermark: finding.watermark, query: finding.query,
      ...(finding.found ? { found: { ...finding.found, rows: rows.slice(0, toldRows), count: begins ? finding.found.count : rows.length } } : {}), ...(ends ? { firing_since: current.firing_since?.toISOString() } : {}),
    },
  });
}
